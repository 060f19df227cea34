import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { rehearseOnAll } from '../../../../src-main/probe/rehearsal/all-devices.js';
import { openSampler } from '../../../../src-main/probe/sampler.js';
import { compileFakeNvml, compiler } from '../../../native/compile.js';
import { until } from '../../../support/processes.js';
import { samplersOf } from '../../../support/samplers.js';
import { cpu, narrowJob } from './jobs.js';
import { folder, rehearse, script } from './rehearse.js';

const loading = `process.send({ type: 'stage', stage: 'load' });`;

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

  it.skipIf(!compiler || process.platform !== 'linux')(
    'by a GPU that is lost in the middle of its steps (played; needs Linux and a C compiler)',
    async () => {
      const machine = join(folder, 'machine.txt');
      writeFileSync(
        machine,
        `driver 550.54.15
cuda 12040
gpu NVIDIA H100 80GB HBM3
uuid GPU-lost
pci 00000000:19:00.0
cc 9 0
memory 85520809984 577765376 ${2 ** 30}
lost nvmlDeviceGetTemperature
`,
      );
      vi.stubEnv('LD_LIBRARY_PATH', compileFakeNvml());
      vi.stubEnv('FAKE_NVML', machine);
      const sampler = openSampler('GPU-lost');
      try {
        expect(await sampler.gpuUsedNow()).toBe(2 ** 30);
        const failed = `{ type: 'failed', status: 'crashed', cause: 'CUDA failure 719', wantedBytes: null }`;
        const code = `process.send({ type: 'stage', stage: 'steps' }); setTimeout(() => process.send(${failed}), 1000)`;
        const gpu = cpu({ sampler, onHost: false });
        const { row } = await rehearse(gpu, { startWorker: script('lost', code) });
        expect(row).toMatchObject({
          status: 'crashed',
          stage: 'steps',
          cause: 'the GPU was lost: CUDA failure 719',
        });
      } finally {
        sampler.close();
        vi.unstubAllEnvs();
      }
      await until('the sampler is gone', () => samplersOf().length === 0, 2000);
    },
  );

  it('by the user, in the middle of a step', async () => {
    const cancelling = new AbortController();
    const { row } = await rehearse(
      cpu(),
      {
        signal: cancelling.signal,
        onProgress: ({ stage }) => {
          if (stage === 'first-step') void setTimeout(30).then(() => cancelling.abort());
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
