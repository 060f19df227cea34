import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sourceFiles } from '../../../scripts/lib/imports.mjs';
import { askNvml } from '../../../src-main/machine/nvml-ask.js';
import {
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

  it('are started by another starter where there is one, with how they talk', async () => {
    await builtMain();
    const started: [string, string][] = [];
    const gone: OwnProcess = {
      pid: undefined,
      stdout: startWithNode(join(import.meta.dirname, 'no-such-file.mjs'), { speaks: 'lines' }).stdout,
      send: () => {},
      onMessage: () => {},
      onExit: (listener) => setTimeout(listener, 1, { code: null, signal: null, outOfMemory: false }),
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
