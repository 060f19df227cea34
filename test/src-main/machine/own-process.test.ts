import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sourceFiles } from '../../../scripts/lib/imports.mjs';
import { askNvml } from '../../../src-main/machine/nvml-ask.js';
import {
  drainMs,
  type OwnProcess,
  type StartProcess,
  startProcessesBy,
  startWithNode,
} from '../../../src-main/machine/own-process.js';
import { forkWorker } from '../../../src-main/probe/fork-worker.js';
import { runJob } from '../../../src-main/probe/rates/run-job.js';
import { builtMain } from '../../support/built.js';

const root = join(import.meta.dirname, '../../..');

describe('processes of this program', () => {
  afterEach(() => startProcessesBy(startWithNode));

  // Electron's executable is no Node once its fuses are set: what went past the one place would fail there, unseen here.
  it('are started in one place alone', () => {
    const bypassing = sourceFiles(root, ['models', 'src-main', 'src-renderer']).filter((file: string) =>
      /\bexecPath\b|child_process'.*\bfork\b|\bfork\b.*child_process'|ELECTRON_RUN_AS_NODE/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
    expect(bypassing).toEqual([
      // Names the terminal's own program in a cluster's job; nothing is started by it here.
      'src-main/cli/cluster-options.ts',
      'src-main/machine/own-process.ts',
      'src-main/probe/fork-worker.ts',
    ]);
  });

  // As on a loaded machine, where the reader is done before the rest of this program is loaded.
  it('are heard in full by who comes after their end', async () => {
    const file = join(tmpdir(), `preflight-says-${process.pid}.mjs`);
    const said = Array.from({ length: 400 }, (_, line) => `${line} ${'x'.repeat(200)}`);
    writeFileSync(
      file,
      `process.stdout.write(${JSON.stringify(`${said.join('\n')}\n`)}); process.exitCode = 7;`,
    );
    const child = startWithNode(file, { speaks: 'lines' });
    await vi.waitFor(() => expect(existsSync(`/proc/${child.pid}`)).toBe(false), { timeout: 20_000 });
    // Node tells of the end in a turn of its own, and would drop there what is still unread.
    await setTimeout(2 * drainMs);
    const heard: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => heard.push(line));
    const end = await new Promise((resolve) => child.onExit(resolve));
    rmSync(file);
    expect(heard).toEqual(said);
    expect(end).toEqual({ code: 7, signal: null, outOfMemory: false });
  });

  it('are started by another starter where there is one, with how they talk', async () => {
    await builtMain();
    const started: [string, string][] = [];
    const gone: OwnProcess = {
      pid: undefined,
      stdout: startWithNode(join(import.meta.dirname, 'no-such-file.mjs'), { speaks: 'lines' }).stdout,
      send: () => {},
      onMessage: () => {},
      onExit: (listener) => setImmediate(listener, { code: null, signal: null, outOfMemory: false }),
      stderr: () => '',
      kill: () => {},
      abandon: () => {},
    };
    const starter: StartProcess = (file, { speaks }) => {
      started.push([file.split(/[\\/]/).at(-1)!, speaks]);
      return gone;
    };
    startProcessesBy(starter);
    expect((await askNvml()).ending).toBe('the process that reads NVML could not be started');
    expect((await runJob({ job: 'copies', gpuCount: 1 }, { env: {}, deadlineSeconds: 1 })).cause).toMatch(
      /ended/,
    );
    expect(forkWorker({})).toBe(gone);
    expect(started).toEqual([
      ['nvml-reader.js', 'lines'],
      ['rates-worker.js', 'messages'],
      ['worker.js', 'messages'],
    ]);
  });
});
