import { describe, expect, it } from 'vitest';
import { known } from '../../../src-main/contract/evidence.js';
import type { GpuDetail } from '../../../src-main/contract/machine.js';
import { processMemory } from '../../../src-main/contract/process-memory.js';
import { decide } from '../../../src-main/decide/verdict.js';
import { judgedGpu, ownGpu } from '../../../src-main/predict/judged-gpu.js';
import { cutDetail, h100, instance } from '../../fixtures/sample-gpus.js';
import { gibi, inputOf, machine } from './decide-input.js';

const cut = (instances: GpuDetail['mig']['instances']) => h100(0, cutDetail(instances));
const reasonOf = (decision: ReturnType<typeof decide>, id: string) =>
  decision.verdict.reasons.find((reason) => reason.id === id);

describe('a GPU that MIG cuts', () => {
  it('gives a process the instance with the most free memory, which is not the largest', () => {
    const gpu = cut([instance('4g.40gb', 39, 2), instance('3g.40gb', 38, 37), instance('1g.10gb', 9, null)]);
    expect(processMemory(gpu)).toMatchObject({
      instance: { uuid: 'MIG-3g.40gb' },
      totalBytes: 38 * gibi,
      freeBytes: 37 * gibi,
    });
  });

  it('is judged by that instance and never by the whole', () => {
    const input = inputOf({ machine: machine([cut([instance('1g.10gb', 9, 8)])]) });
    const need = input.prediction.interval.peakBytes[0];
    const decision = decide(input);
    expect(decision.verdict.freeBytes).toBe(8 * gibi);
    // What the whole GPU has would be a go: that the run needs more than the instance is what this rests on.
    expect(need).toBeGreaterThan(8 * gibi);
    expect(decide(inputOf({ machine: machine([h100(0)]) })).verdict.status).toBe('go');
    expect(decision.verdict.status).not.toBe('go');
    expect(reasonOf(decision, 'memory')?.status).toBe('fail');
    expect(decision.verdict.headline).toContain('free on NVIDIA H100 80GB HBM3 MIG 1g.10gb');
  });

  it('says by which name the run gets the instance', () => {
    const decision = decide(inputOf({ machine: machine([cut([instance('7g.80gb', 79, 78)])]) }));
    expect(decision.verdict.status).toBe('go');
    expect(reasonOf(decision, 'mig')).toMatchObject({
      status: 'look',
      text: expect.stringContaining('CUDA_VISIBLE_DEVICES=MIG-7g.80gb'),
    });
  });

  it('is no go without an instance, and open where its instances were not read', () => {
    const none = decide(inputOf({ machine: machine([cut([])]) }));
    expect(none.verdict.status).toBe('no-go');
    expect(reasonOf(none, 'mig')?.text).toContain('CUDA finds no device');
    const unread = decide(inputOf({ machine: machine([cut({ unavailable: 'NO_PERMISSION' })]) }));
    expect(unread.verdict.status).toBe('inconclusive');
    expect(unread.verdict.freeBytes).toMatchObject({ unavailable: expect.stringContaining('NO_PERMISSION') });
  });

  it('leaves a run on several of them open', () => {
    const gpus = [0, 1].map((index) => h100(index, cutDetail([instance('7g.80gb', 79, 78)])));
    const decision = decide(inputOf({ machine: machine(gpus), flags: { gpuCount: 2 } }));
    expect(decision.verdict.status).toBe('inconclusive');
    expect(reasonOf(decision, 'mig')?.text).toContain('no peer access');
  });

  it('is not taken for a whole one of its kind by a plan, nor by what is modelled beside probes', () => {
    const gpu = cut([instance('3g.40gb', 39, 38)]);
    expect(ownGpu([gpu])).toMatchObject({
      judgedGpu: { name: 'NVIDIA H100 80GB HBM3 MIG 3g.40gb', memoryBytes: 38 * gibi },
      speed: { of: 'unknown' },
    });
    expect(judgedGpu({}, gpu).speed).toMatchObject({ of: 'measured-device', gpu: undefined });
    expect(known(processMemory(h100(0)).freeBytes)).toBe(Math.round(78.6 * gibi));
  });
});
