import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '../../../src-main/contract/machine.js';
import { reportSchema } from '../../../src-main/contract/report.js';
import { bundle } from '../../native/bundle.js';
import { builtMain } from '../../support/built.js';
import { markedProcesses, markerName } from '../../support/processes.js';

// The bundles that Electron would load, with the module `electron` replaced: the real desk behind real IPC messages, a
// real sweep in real processes. About 20 s.

let main: string;
let child: string;
let home: string;
beforeAll(async () => {
  main = await builtMain();
  child = await bundle('test/src-main/electron/built-child.ts');
  home = mkdtempSync(join(tmpdir(), 'preflight-desktop-'));
});
afterAll(() => {
  rmSync(dirname(child), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

const marker = randomUUID();
async function play(mode = '') {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [child, join(main, 'electron.js'), mode],
    {
      env: { ...process.env, PREFLIGHT_HOME: home, [markerName]: marker },
      timeout: 400_000,
      maxBuffer: 2 ** 26,
    },
  );
  return { ...JSON.parse(stdout), stderr };
}

describe.skipIf(process.platform !== 'linux')('the built main bundle', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what a process printed
  let played: any;
  beforeAll(async () => {
    played = await play();
  }, 420_000);

  it('opens a safe window at our own scheme', () => {
    expect(played).toMatchObject({
      name: 'Preflight for Open-Sora',
      sandboxed: true,
      schemes: [{ scheme: 'app', privileges: { standard: true, secure: true } }],
      calls: expect.arrayContaining(['loadURL app://preflight/index.html', 'show']),
      options: { webPreferences: { contextIsolation: true, sandbox: true, nodeIntegration: false } },
    });
    expect(played.options.webPreferences.preload).toBe(join(dirname(main), 'preload', 'preload.cjs'));
    expect(played.stderr).toBe('');
  });

  it('serves the built pages, each file that they name, and nothing beside them', () => {
    expect(played.index).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(played.index.text).toContain('<div id="root">');
    expect(played.assets.length).toBeGreaterThan(0);
    for (const { status, type, policy, url } of played.assets) {
      expect({ url, status }).toEqual({ url, status: 200 });
      expect(type).toMatch(/^(text\/(javascript|css)|image\/svg\+xml)/);
      expect(policy).not.toContain('unsafe');
    }
    expect(played.outside).toMatchObject({ status: 404, text: '' });
  });

  it('answers a page from the desk, and refuses what is wrong in one line', () => {
    expect(played.machine.ok).toBe(true);
    machineSchema.parse(played.machine.value);
    expect(played.wrong).toMatchObject({
      ok: false,
      kind: 'usage',
      message: expect.stringMatching(/^target\/plan\.asked\.flags\.[^\n]+$/),
    });
    expect(played.menu).toEqual([{ type: 'go', page: 'target' }]);
  });

  it('runs a sweep in utility processes', () => {
    expect(played.begun).toMatchObject({ ok: true });
    expect(played.probes).toEqual(['ok', 'ok']);
    expect(played.forks.filter((file: string) => file === 'worker.js').length).toBeGreaterThanOrEqual(2);
    expect(played.forks).toContain('nvml-reader.js');
  });

  it('cancels the sweep when it is quit, writes its report, and leaves nothing behind', () => {
    const [name, ...others] = readdirSync(join(home, 'runs'));
    expect(others).toEqual([]);
    const file = join(home, 'runs', name!, 'report.json');
    const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(report.state).toBe('cancelled');
    expect(report.probes.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(2);
    expect(played.left).toEqual({ windows: 0, awake: 0, gone: 0 });
    expect(markedProcesses(marker)).toEqual([]);
  });

  it('opens nothing beside one that runs already', async () => {
    expect(await play('second')).toEqual({ quits: 1, windows: 0, schemes: 0, stderr: '' });
  });
});

describe('the built preload script', () => {
  const load = () => {
    const exposed: Record<string, Record<string, (given: unknown) => void>> = {};
    const sent: unknown[][] = [];
    const listeners: ((event: unknown, message: unknown) => void)[] = [];
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name: string, value: (typeof exposed)[string]) => {
          exposed[name] = value;
        },
      },
      ipcRenderer: {
        send: (...words: unknown[]) => sent.push(words),
        on: (channel: string, listener: (typeof listeners)[number]) => {
          expect(channel).toBe('to-page');
          listeners.push(listener);
        },
      },
    };
    // The sandbox has a `require` for Electron alone.
    const require = (name: string) => {
      if (name !== 'electron') throw new Error(`module not found: ${name}`);
      return electron;
    };
    const source = readFileSync(join(dirname(main), 'preload', 'preload.cjs'), 'utf8');
    runInNewContext(source, { require, exports: {}, module: { exports: {} } });
    return { exposed, sent, listeners };
  };

  it('is one file of CommonJS that gives the page messages both ways, and nothing else', () => {
    expect(readdirSync(join(dirname(main), 'preload'))).toEqual(['preload.cjs']);
    const { exposed, sent, listeners } = load();
    expect(Object.keys(exposed)).toEqual(['preflight']);
    expect(Object.keys(exposed.preflight!).sort()).toEqual(['receive', 'send']);
    exposed.preflight!.send!({ type: 'unlisten', id: 1 });
    expect(sent).toEqual([['to-main', { type: 'unlisten', id: 1 }]]);
    const got: unknown[][] = [];
    exposed.preflight!.receive!((...words: unknown[]) => got.push(words));
    // The event has the sender in it, by which a page would reach further.
    listeners[0]!({ sender: 'secret' }, { type: 'answer' });
    expect(got).toEqual([[{ type: 'answer' }]]);
  });

  it('has one receiver', () => {
    const { exposed } = load();
    exposed.preflight!.receive!(() => {});
    expect(() => exposed.preflight!.receive!(() => {})).toThrow(/receiver/);
  });
});
