import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RehearsedDevice, rehearsedDeviceSchema } from '../../../../src-main/contract/rehearsal.js';
import { forkFile, type StartWorker, workerStarter } from '../../../../src-main/probe/fork-worker.js';
import { rehearseOnAll } from '../../../../src-main/probe/rehearsal/all-devices.js';
import type { RehearsalDevice } from '../../../../src-main/probe/rehearsal/device.js';
import { type RehearsalOptions, runRehearsal } from '../../../../src-main/probe/rehearsal/host.js';
import { builtMain } from '../../../support/built.js';
import { isAlive } from '../../../support/processes.js';
import { noSwiftShader, unpackSwiftShader } from '../../../support/swiftshader.js';
import { cpu, mebi, narrowJob } from './jobs.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-rehearsal-'));
  await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Progress = Parameters<RehearsalOptions['onProgress']>[0];

/** Rehearses, and sees to it that nothing of any worker is left when the row is there. */
async function rehearse(
  device: RehearsalDevice,
  over: Partial<RehearsalOptions> = {},
  job = narrowJob(),
): Promise<{ row: RehearsedDevice; stages: string[]; started: number }> {
  const pids: number[] = [];
  const progress: Progress[] = [];
  const start = over.startWorker ?? workerStarter('rehearsal-worker');
  const row = await runRehearsal(job, device, {
    signal: new AbortController().signal,
    hostFreeBytes: 8 * 2 ** 30,
    reserveBytes: 2 ** 30,
    ...over,
    onProgress(at) {
      progress.push(at);
      over.onProgress?.(at);
    },
    startWorker: (env) => {
      const worker = start(env);
      pids.push(worker.pid ?? 0);
      return worker;
    },
  });
  for (const pid of pids) {
    expect(isAlive(pid)).toBe(false);
    expect(readdirSync(tmpdir()).filter((name) => name.includes(`preflight-profile-${pid}-`))).toEqual([]);
  }
  rehearsedDeviceSchema.parse(row);
  expect(row.cause).not.toContain('\n');
  return { row, stages: [...new Set(progress.map(({ stage }) => stage))], started: pids.length };
}

/** A worker of the test's own, as a file, which is asked when it has said that it is ready. */
function script(name: string, code: string): StartWorker {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, `process.send({ type: 'ready' }); process.on('message', () => { ${code} });`);
  return forkFile(file);
}
const loading = `process.send({ type: 'stage', stage: 'load' });`;

describe('a rehearsal that holds', () => {
  it('takes what was expected, by ONNX Runtime’s counters and by the system’s', async () => {
    const job = narrowJob();
    const { row, stages } = await rehearse(cpu(), {}, job);
    expect(row).toMatchObject({ status: 'held', cause: '', stage: null, name: 'the CPU' });
    expect(stages).toEqual(['prepare', 'ballast', 'load', 'first-step', 'steps', 'other-phases']);
    expect(row.stepSeconds.length).toBeGreaterThanOrEqual(3);
    expect(Math.abs((row.peakBytes as number) / job.expectedPeakBytes - 1)).toBeLessThan(0.03);
    // The worker's own memory stands for the context that the ballast has; pages of the heap come on top.
    expect(row.deviceBytes).toBeGreaterThan(0.9 * job.expectedPeakBytes);
    expect(row.deviceBytes).toBeLessThan(job.expectedPeakBytes + 192 * mebi);
    expect(row.marginBytes).toBe(8 * 2 ** 30 - (row.peakBytes as number));
  });

  it('holds ballast in memory of its own: so much more is resident', async () => {
    const [less, more] = [narrowJob({}, 256 * mebi), narrowJob({}, 768 * mebi)];
    const small = (await rehearse(cpu(), {}, less)).row.deviceBytes as number;
    const large = (await rehearse(cpu(), {}, more)).row.deviceBytes as number;
    expect((large - small) / (512 * mebi)).toBeGreaterThan(0.9);
    expect((large - small) / (512 * mebi)).toBeLessThan(1.1);
  });

  it('reaches the phases that are not run by ballast', async () => {
    const job = narrowJob();
    const bytes = job.expectedPeakBytes + 256 * mebi;
    const { row } = await rehearse(cpu(), {}, { ...job, otherPhases: [{ phase: 'decode', bytes }] });
    expect(row).toMatchObject({ status: 'held', peakBytes: bytes });
    expect(Math.abs((row.deviceBytes as number) - bytes)).toBeLessThan(128 * mebi);
  });

  it('infers', async () => {
    const { row } = await rehearse(cpu(), {}, narrowJob({ task: 'infer', optimizer: false }));
    expect(row.status).toBe('held');
  });

  it.skipIf(noSwiftShader)(
    'on WebGPU, a GPU in software',
    async () => {
      const gpu = unpackSwiftShader();
      try {
        const webgpu = cpu({ provider: 'webgpu', name: 'WebGPU', env: gpu.env });
        const small = narrowJob({ latentFrames: 2, rows: 4, columns: 4 }, 64 * mebi);
        const { row } = await rehearse(webgpu, {}, { ...small, expectedStepSeconds: 60 });
        expect(row).toMatchObject({ status: 'held', cause: '' });
        expect(row.stepSeconds.length).toBeGreaterThanOrEqual(3);
        expect(row.peakBytes).toEqual({
          unavailable: expect.stringContaining('webgpu provider reports no memory'),
        });
      } finally {
        gpu.remove();
      }
    },
    240_000,
  );
});

describe('a rehearsal without memory', () => {
  it('is not begun where the host would have less than 2 GiB left', async () => {
    const job = narrowJob();
    const { row, started } = await rehearse(cpu(), { hostFreeBytes: 2 ** 31 + 100 * mebi }, job);
    expect(started).toBe(0);
    expect(row).toMatchObject({
      status: 'out-of-memory',
      stage: 'prepare',
      missingBytes: job.expectedPeakBytes - 100 * mebi,
      cause: expect.stringMatching(
        /^not begun: it would hold .* of the host is free, 2 GiB of it kept back$/,
      ),
    });
  });

  it('is not begun where others have taken it since the verdict, who are named', async () => {
    const job = narrowJob();
    const taken = cpu({
      freeBytes: async () => 100 * mebi,
      freeAtVerdictBytes: 8 * 2 ** 30,
      holders: async () => ['python (pid 4242) 7.9 GiB'],
    });
    const { row, started } = await rehearse(taken, {}, job);
    expect(started).toBe(0);
    expect(row).toMatchObject({ status: 'out-of-memory', missingBytes: job.expectedPeakBytes - 100 * mebi });
    expect(row.cause).toContain(
      '8.00 GiB were free at the verdict and 0.098 GiB are now, held by python (pid 4242) 7.9 GiB',
    );
  });

  it('ends when it holds more than is judged', async () => {
    const { row, stages } = await rehearse(cpu({ limitBytes: 150 * mebi }), {}, narrowJob({}, 400 * mebi));
    expect(row).toMatchObject({ status: 'out-of-memory', stepSeconds: [] });
    expect(row.cause).toMatch(/^it held 0\.\d+ GiB of the 0\.146 GiB that are judged$/);
    expect(row.missingBytes).toBeGreaterThan(250 * mebi);
    expect(stages).not.toContain('steps');
  });
});

describe('a rehearsal that ends badly is a row with its cause and stage', () => {
  it('by a crash', async () => {
    const start = script('crash', `${loading} setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50)`);
    const { row } = await rehearse(cpu(), { startWorker: start });
    expect(row).toMatchObject({ status: 'crashed', stage: 'load', cause: 'worker ended by SIGSEGV' });
    expect(row.peakBytes).toEqual({ unavailable: 'worker ended by SIGSEGV' });
  });

  it('by what is no message', async () => {
    const { row } = await rehearse(cpu(), {
      startWorker: script('garbage', `process.send({ type: 'step' })`),
    });
    expect(row).toMatchObject({ status: 'crashed', cause: 'the worker sent what is no message of ours' });
  });

  it('by memory that ONNX Runtime could not get', async () => {
    const failed = `process.send({ type: 'failed', status: 'out-of-memory', cause: 'Failed to allocate memory for requested buffer of size 4096', wantedBytes: 4096 })`;
    const { row } = await rehearse(cpu(), { startWorker: script('failed', `${loading} ${failed}`) });
    expect(row).toMatchObject({ status: 'out-of-memory', stage: 'load', missingBytes: 4096 });
  });

  it('by a GPU that is lost', async () => {
    const lost = { unavailable: 'nvmlDeviceGetTemperature: NVML_ERROR_GPU_IS_LOST' };
    const sampler = {
      ...cpu().sampler,
      stop: async () => ({ peaks: { deviceBytes: lost, gpuUsedBytes: lost }, conditions: lost }),
    };
    const failed = `process.send({ type: 'failed', status: 'crashed', cause: 'CUDA failure 719', wantedBytes: null })`;
    const { row } = await rehearse(cpu({ sampler }), { startWorker: script('lost', failed) });
    expect(row).toMatchObject({ status: 'crashed', cause: 'the GPU was lost: CUDA failure 719' });
  });

  it('by the user, in the middle of a step', async () => {
    const cancelling = new AbortController();
    const { row } = await rehearse(
      cpu(),
      {
        signal: cancelling.signal,
        onProgress: ({ stage }) => {
          if (stage === 'first-step') setTimeout(() => cancelling.abort(), 30);
        },
      },
      narrowJob({ batch: 8 }),
    );
    expect(row).toMatchObject({ status: 'cancelled', cause: 'cancelled by the user', stage: 'first-step' });
  });

  it('on one of two devices, and the other is ended and says so', async () => {
    const failed = `setTimeout(() => process.send({ type: 'failed', status: 'crashed', cause: 'no', wantedBytes: null }), 300)`;
    const starts = [script('bad', failed), script('good', 'setInterval(() => {}, 1000)')];
    const rows = await rehearseOnAll(narrowJob(), [cpu({ name: 'first' }), cpu({ name: 'second' })], {
      signal: new AbortController().signal,
      hostFreeBytes: 8 * 2 ** 30,
      reserveBytes: 0,
      onProgress: () => {},
      startWorker: (env) => starts.shift()!(env),
    });
    expect(rows).toMatchObject([
      { name: 'first', status: 'crashed', cause: 'no' },
      { name: 'second', status: 'cancelled', cause: 'ended because another device failed' },
    ]);
  });
});
