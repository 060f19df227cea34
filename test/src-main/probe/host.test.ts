import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Probe, probeSchema } from '../../../src-main/contract/probe.js';
import { onceTiming } from '../../../src-main/probe/budget.js';
import { forkFile, forkWorker, type StartWorker } from '../../../src-main/probe/fork-worker.js';
import { type ProbeOptions, runProbe } from '../../../src-main/probe/host.js';
import { builtMain } from '../../support/built.js';
import { startCli } from '../../support/cli.js';
import { spatialPoint, tinyPoint } from '../../support/points.js';
import { isAlive, markedProcesses, until } from '../../support/processes.js';

let folder: string;
let main: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-host-'));
  main = await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const heavy = spatialPoint({ batch: 16 });
const options = { provider: 'cpu', timing: onceTiming, deadlineSeconds: 60 } as const;

/** Runs a probe and sees to it that its worker is gone when the result is there. */
async function probeWith(start: StartWorker, over: Partial<ProbeOptions> = {}, point = tinyPoint()) {
  let pid = 0;
  const startWorker: StartWorker = (env) => {
    const worker = start(env);
    pid = worker.pid ?? 0;
    return worker;
  };
  const began = performance.now();
  const probe: Probe = await runProbe(point, { ...options, startWorker, ...over });
  const seconds = (performance.now() - began) / 1000;
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(tmpdir()).filter((name) => name.includes(`preflight-profile-${pid}-`))).toEqual([]);
  probeSchema.parse(probe);
  expect(probe.cause).not.toContain('\n');
  return { probe, seconds };
}

/** A worker of the test's own, as a file. */
function script(name: string, code: string): StartWorker {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, code);
  return forkFile(file);
}
const ready = "process.send({ type: 'ready' });";
const onRequest = (code: string) => `${ready} process.on('message', () => { ${code} });`;
const profiled = `{ liveBytes: 1, inUseBytes: 2, heldBytes: 3, secondsByOperatorClass: {}, nodesOffProvider: [] }`;
const measured = `process.send({ type: 'measured', time: null, profiled: ${profiled} });`;
const none = { unavailable: expect.stringMatching(/./) };
const withoutFigures = { memory: none, time: none, tokensPerSecond: none, tflops: none };

describe('a worker that ends badly is a row with its cause', () => {
  it.each([
    ['SIGKILL', /worker ended by SIGKILL/],
    ['SIGSEGV', /worker ended by SIGSEGV/],
    ['SIGABRT', /worker ended by SIGABRT/],
  ])('by %s', async (signal, cause) => {
    const start = script(signal, onRequest(`process.kill(process.pid, '${signal}')`));
    const { probe, seconds } = await probeWith(start);
    expect(probe).toMatchObject({ status: 'crashed', evidence: 'measured', ...withoutFigures });
    expect(probe.cause).toMatch(cause);
    expect(seconds).toBeLessThan(10);
  });

  it('for want of memory that C++ throws and nothing catches', async () => {
    const words = "terminate called after throwing an instance of 'std::bad_alloc'";
    const { probe } = await probeWith(
      script('thrown', onRequest(`console.error("${words}"); process.abort();`)),
    );
    expect(probe).toMatchObject({ status: 'out-of-memory', cause: 'worker ended: std::bad_alloc' });
  });

  it('without a word', async () => {
    const { probe } = await probeWith(script('silent', ''));
    expect(probe).toMatchObject({ status: 'crashed', cause: 'worker ended with code 0' });
  });

  it('with an exception, whose last line is the cause', async () => {
    const { probe } = await probeWith(
      script('throws', onRequest("console.error('no such thing'); process.exit(7)")),
    );
    expect(probe).toMatchObject({ status: 'crashed', cause: 'worker ended with code 7: no such thing' });
  });

  it('with what is no message', async () => {
    const start = script(
      'garbage',
      `process.send({ type: 'measured', time: 'soon' }); setInterval(() => {}, 1000);`,
    );
    const { probe } = await probeWith(start);
    expect(probe).toMatchObject({ status: 'crashed', cause: 'the worker sent what is no message of ours' });
  });

  it('with a result that nobody asked for yet', async () => {
    const start = script('early', `${measured} setInterval(() => {}, 1000);`);
    const { probe } = await probeWith(start);
    expect(probe).toMatchObject({
      status: 'crashed',
      cause: 'the worker said "measured" before it was ready',
    });
    expect(
      (await probeWith(script('twice', `${ready} ${ready} setInterval(() => {}, 1000);`))).probe,
    ).toMatchObject({
      status: 'crashed',
      cause: 'the worker said "ready" again',
    });
  });

  it('with figures that cannot be', async () => {
    const start = script('negative', onRequest(measured.replace('liveBytes: 1', 'liveBytes: -1')));
    expect((await probeWith(start)).probe).toMatchObject({ status: 'crashed', ...withoutFigures });
  });

  it('where it cannot be started', async () => {
    const probe = await runProbe(tinyPoint(), {
      ...options,
      startWorker: forkFile(join(folder, 'silent.mjs'), join(folder, 'no-such-node')),
    });
    expect(probe).toMatchObject({ status: 'crashed', cause: 'worker could not be started' });
  });
});

describe('a worker that hangs', () => {
  it.each([
    ['before it is ready', 'setInterval(() => {}, 1000);'],
    ['in native code, deaf to signals', `process.on('SIGTERM', () => {}); ${onRequest('for (;;);')}`],
  ])('%s is ended at its deadline', async (name, code) => {
    const { probe, seconds } = await probeWith(script(name.slice(0, 6), code), { deadlineSeconds: 1.5 });
    expect(probe).toMatchObject({ status: 'timed-out', cause: 'not done after 2 s', ...withoutFigures });
    expect(seconds).toBeGreaterThan(1.4);
    expect(seconds).toBeLessThan(4);
  });

  it('while another process holds its output open is reported all the same', async () => {
    const holder = `import { spawn } from 'node:child_process';
      spawn('sleep', ['8'], { stdio: ['ignore', 'ignore', 'inherit'], detached: true }).unref();`;
    const { probe, seconds } = await probeWith(script('holder', `${holder} setInterval(() => {}, 1000);`), {
      deadlineSeconds: 1,
    });
    expect(probe.status).toBe('timed-out');
    expect(seconds).toBeLessThan(4);
  });

  it('after its result is ended soon, and the result holds', async () => {
    const start = script('lingers', `${onRequest(measured)} setInterval(() => {}, 1000);`);
    const { probe, seconds } = await probeWith(start, { deadlineSeconds: 300 });
    expect(probe).toMatchObject({ status: 'ok', cause: '', memory: { liveBytes: 1, heldBytes: 3 } });
    expect(seconds).toBeLessThan(15);
  }, 30_000);

  it('or crashes after its result keeps it', async () => {
    const start = script(
      'late',
      onRequest(`${measured} setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50)`),
    );
    expect((await probeWith(start)).probe.status).toBe('ok');
  });
});

describe('a probe that is cancelled', () => {
  it('ends its worker at once', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    const { probe, seconds } = await probeWith(script('waits', onRequest('')), { signal: controller.signal });
    expect(probe).toMatchObject({ status: 'cancelled', cause: 'cancelled by the user', ...withoutFigures });
    expect(seconds).toBeLessThan(3);
  });

  it('before it began runs nothing', async () => {
    const { probe, seconds } = await probeWith(forkWorker, { signal: AbortSignal.abort() }, heavy);
    expect(probe.status).toBe('cancelled');
    expect(seconds).toBeLessThan(2);
  });

  it('in the middle of a native run ends the real worker and leaves none of its files', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 3500);
    const { probe, seconds } = await probeWith(forkWorker, { signal: controller.signal }, heavy);
    expect(probe.status).toBe('cancelled');
    expect(probe.phases.build).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(6);
  });
});

/** Node by a script of the shell, with a limit or a flag that it starts under. */
function nodeWith(name: string, start: string): string {
  const node = join(folder, name);
  writeFileSync(node, `#!/bin/sh\n${start} "$@"\n`);
  chmodSync(node, 0o755);
  return node;
}

describe.skipIf(process.platform !== 'linux')('a worker without memory', () => {
  it('of V8 ends as out of memory', async () => {
    const file = join(folder, 'greedy.mjs');
    writeFileSync(
      file,
      onRequest('const kept = []; for (;;) kept.push(new Array(1e5).fill(0).map(() => ({})));'),
    );
    const node = nodeWith('node-small-heap', `exec '${process.execPath}' --max-old-space-size=30`);
    const { probe } = await probeWith(forkFile(file, node));
    expect(probe).toMatchObject({
      status: 'out-of-memory',
      cause: 'worker ended: JavaScript heap out of memory',
      ...withoutFigures,
    });
  });
});

describe.skipIf(process.platform !== 'linux')('the real worker', () => {
  it('without memory ends as out of memory, with what was asked for', async () => {
    const node = nodeWith('node-with-little', `ulimit -v 2500000\nexec '${process.execPath}'`);
    const start = forkFile(join(main, 'worker.js'), node);
    const { probe } = await probeWith(start, {}, spatialPoint({ batch: 256 }));
    expect(probe).toMatchObject({ status: 'out-of-memory', ...withoutFigures });
    // Which allocation fails first is chance: ONNX Runtime's arena says how much it asked for, C++ does not.
    expect(probe.cause).toMatch(
      /^(?:Failed to allocate memory for requested buffer of size \d+|(?:worker ended: )?std::bad_alloc)$/,
    );
  });

  it('is killed with its parent, also in the middle of a native run', async () => {
    const args = [
      '--model',
      'v1.2',
      '--block',
      'spatial',
      '--resolution',
      '144p',
      '--frames',
      '51',
      '--batch',
      '8',
    ];
    const run = await startCli(['measure', ...args, '--device', 'cpu']);
    await until(
      'the worker computes',
      () => {
        const worker = markedProcesses(run.marker).find((pid) => pid !== run.child.pid);
        return worker !== undefined && cpuSeconds(worker) > 2;
      },
      30_000,
    );
    run.child.kill('SIGKILL');
    await run.end;
    await until('no process is left', () => markedProcesses(run.marker).length === 0, 2000);
  }, 60_000);
});

/** Processor time that a process has used, from /proc. */
function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
