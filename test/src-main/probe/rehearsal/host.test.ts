import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forkFile } from '../../../../src-main/probe/fork-worker.js';
import { bundle } from '../../../native/bundle.js';
import { noSwiftShader, unpackSwiftShader } from '../../../support/swiftshader.js';
import { cpu, mebi, narrowJob } from './jobs.js';
import { rehearse } from './rehearse.js';

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
    expect(row).toMatchObject({ status: 'held', peakBytes: expect.any(Number) });
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

describe('the margin of a GPU', () => {
  it('is raised when the run’s own peak has been read, which it is no part of', async () => {
    let sampling = true;
    const sampled = { deviceBytes: 900 * mebi, gpuUsedBytes: 950 * mebi };
    const sampler = {
      ...cpu().sampler,
      async stop() {
        if (!sampling) throw new Error('it was stopped before');
        await setTimeout(100);
        sampling = false;
        return { peaks: sampled, conditions: { unavailable: 'not read' } };
      },
    };
    const start = forkFile(await bundle(join(import.meta.dirname, 'margin-child.ts')));
    let early = false;
    const { row } = await rehearse(cpu({ onHost: false, sampler }), {
      startWorker: (env) => {
        const worker = start(env);
        return {
          ...worker,
          send(message) {
            early ||= sampling && 'type' in message && message.type === 'sampled';
            worker.send(message);
          },
        };
      },
    });
    expect(early).toBe(false);
    expect(row).toMatchObject({ status: 'held', marginBytes: 4096, deviceBytes: sampled.deviceBytes });
  });
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
    const judged = cpu({ limitBytes: 150 * mebi });
    const { row, stages } = await rehearse(judged, { reserveBytes: 0 }, narrowJob({}, 400 * mebi));
    expect(row).toMatchObject({ status: 'out-of-memory', stepSeconds: [] });
    expect(row.cause).toMatch(/^it held 0\.\d+ GiB of the 0\.146 GiB that are judged$/);
    expect(row.missingBytes).toBeGreaterThan(250 * mebi);
    expect(stages).not.toContain('steps');
  });

  it('says nothing of a GPU that is judged where this machine has too little', async () => {
    const { row, started } = await rehearse(cpu({ limitBytes: 2 ** 33 }), { hostFreeBytes: 2 ** 31 });
    expect(started).toBe(0);
    expect(row).toMatchObject({
      status: 'not-supported',
      cause: expect.stringMatching(/^memory of this machine ran out, .* is judged: not begun: /),
    });
  });
});
