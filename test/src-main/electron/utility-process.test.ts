import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { endOf, startUtility } from '../../../src-main/electron/utility-process.js';
import { askNvml } from '../../../src-main/machine/nvml-ask.js';
import { startProcessesBy, startWithNode } from '../../../src-main/machine/own-process.js';
import { onceTiming } from '../../../src-main/probe/budget.js';
import { forkWorker, type StartWorker } from '../../../src-main/probe/fork-worker.js';
import { runProbe } from '../../../src-main/probe/host.js';
import { runJob } from '../../../src-main/probe/rates/run-job.js';
import { builtMain } from '../../support/built.js';
import * as electron from '../../support/fake-electron.js';
import { spatialPoint, tinyPoint } from '../../support/points.js';
import { isAlive, until } from '../../support/processes.js';

vi.mock('electron', () => import('../../support/fake-electron.js'));

const folder = mkdtempSync(join(tmpdir(), 'preflight-utility-'));
const options = { provider: 'cpu', timing: onceTiming, deadlineSeconds: 60 } as const;

beforeAll(async () => {
  await builtMain();
  await electron.app.whenReady();
  startProcessesBy(startUtility);
});
afterAll(() => {
  startProcessesBy(startWithNode);
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => expect(electron.app.listenerCount('child-process-gone')).toBe(0));

/** A worker of the test's own, as a file. */
function script(name: string, code: string): StartWorker {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return (env) => startUtility(file, { env, speaks: 'messages' });
}
const onRequest = (code: string) =>
  `process.parentPort.on('message', () => { ${code} }); process.parentPort.postMessage({ type: 'ready' });`;

describe('a probe in a utility process', () => {
  it('is measured by the real worker, with the process that it says, which is gone afterwards', async () => {
    const pids: number[] = [];
    const startWorker: StartWorker = (env) => {
      const worker = forkWorker(env);
      worker.onMessage(() => pids.push(worker.pid!));
      return worker;
    };
    const probe = await runProbe(tinyPoint(), { ...options, startWorker, env: { PREFLIGHT_SAID: 'yes' } });
    expect(probe).toMatchObject({ status: 'ok', cause: '', memory: { liveBytes: expect.any(Number) } });
    expect(pids[0]).toBeGreaterThan(0);
    expect(isAlive(pids[0]!)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => name.includes(`preflight-profile-${pids[0]}-`))).toEqual(
      [],
    );
    const { file, options: given } = electron.utilityProcess.forks.at(-1)!;
    expect(file).toMatch(/worker\.js$/);
    expect(given.env).toMatchObject({ PREFLIGHT_SAID: 'yes', PATH: process.env.PATH });
  });

  it.each([
    ['SIGSEGV', "process.kill(process.pid, 'SIGSEGV')", 'crashed', /worker ended by SIGSEGV/],
    ['SIGABRT', "process.kill(process.pid, 'SIGABRT')", 'crashed', /worker ended by SIGABRT/],
    ['SIGKILL', "process.kill(process.pid, 'SIGKILL')", 'crashed', /worker ended by SIGKILL/],
    ['an exception', "console.error('no such thing'); process.exit(7)", 'crashed', /code 7: no such thing/],
    ['no word', 'process.exit(0)', 'crashed', /worker ended with code 0/],
  ])('that ends by %s is a row with its cause', async (name, code, status, cause) => {
    const probe = await runProbe(tinyPoint(), {
      ...options,
      startWorker: script(name.slice(-6), onRequest(code)),
    });
    expect(probe).toMatchObject({ status, memory: { unavailable: expect.stringMatching(cause) } });
    expect(probe.cause).toMatch(cause);
  });

  it('that Chromium calls out of memory is one, without a count of the kernel', async () => {
    electron.utilityProcess.nextReason = 'oom';
    const startWorker = script('oom', onRequest("process.kill(process.pid, 'SIGKILL')"));
    const probe = await runProbe(tinyPoint(), { ...options, startWorker });
    expect(probe).toMatchObject({ status: 'out-of-memory', cause: /out-of-memory/ });
  });

  it('that hangs, deaf to signals, is ended at its deadline', async () => {
    const startWorker = script('deaf', `process.on('SIGTERM', () => {}); ${onRequest('for (;;);')}`);
    const probe = await runProbe(tinyPoint(), { ...options, deadlineSeconds: 2, startWorker });
    expect(probe.status).toBe('timed-out');
  });

  it('that is cancelled before it runs, or in the middle, leaves no process', async () => {
    const before = await runProbe(tinyPoint(), { ...options, signal: AbortSignal.abort() });
    expect(before.status).toBe('cancelled');
    const controller = new AbortController();
    let pid = 0;
    const startWorker: StartWorker = (env) => {
      const worker = forkWorker(env);
      worker.onMessage(() => {
        pid = worker.pid!;
        controller.abort();
      });
      return worker;
    };
    const probe = await runProbe(spatialPoint({ batch: 16 }), {
      ...options,
      signal: controller.signal,
      startWorker,
    });
    expect(probe.status).toBe('cancelled');
    await until('the worker has gone', () => !isAlive(pid), 2000);
  });
});

describe('other processes as utility processes', () => {
  it('read NVML by lines, and end by themselves', async () => {
    const { messages, ending } = await askNvml();
    expect(ending).toBe('');
    expect(messages.length).toBeGreaterThan(0);
  });

  it('measure rates by messages', async () => {
    const end = await runJob({ job: 'copies', gpuCount: 1 }, { env: {}, deadlineSeconds: 20 });
    // Its own last word, with or without a driver here, and not that of a process that broke.
    expect(end.cause).toMatch(/^$|^libcuda\.so\.1 cannot be loaded|^cu\w+ failed|^CUDA sees/);
  });
});

describe('the end of a utility process', () => {
  const gone = (reason: Electron.Details['reason'], exitCode = 0) => ({ reason, exitCode });
  const none = { code: null, signal: null, outOfMemory: false };
  it.each([
    ['a clean end', endOf(1, 0, undefined), { ...none, code: 0 }],
    ['its own code', endOf(1, 7, gone('abnormal-exit', 7)), { ...none, code: 7 }],
    [
      "its own code as waitpid's status",
      endOf(1, 7 << 8, gone('abnormal-exit', 7 << 8)),
      { ...none, code: 7 },
    ],
    ['a kill', endOf(1, 9, gone('killed', 9)), { ...none, signal: 'SIGKILL' }],
    ['a crash', endOf(1, 11, gone('crashed', 11)), { ...none, signal: 'SIGSEGV' }],
    ['a crash with a core', endOf(1, 134, gone('crashed', 134)), { ...none, signal: 'SIGABRT' }],
    ['memory', endOf(1, 9, gone('oom', 9)), { ...none, signal: 'SIGKILL', outOfMemory: true }],
    [
      'memory taken back',
      endOf(1, 9, gone('memory-eviction', 9)),
      { ...none, signal: 'SIGKILL', outOfMemory: true },
    ],
    ['no start', endOf(1, 2, gone('launch-failed', 2)), none],
    ['no start, without a reason', endOf(undefined, 1, undefined), none],
  ])('is that of child_process: %s', (_name, told, expected) => expect(told).toEqual(expected));
});
