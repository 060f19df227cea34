import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../../src-main/contract/target-flags.js';
import type { Evaluator } from '../../../../src-main/decide/search/evaluator.js';
import { nearestMiss } from '../../../../src-main/decide/search/nearest-miss.js';
import { gpuCatalogue } from '../../../../src-main/predict/gpus.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { gibi } from '../decide-input.js';

const v12: TargetFlags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 };
const v20: TargetFlags = { model: 'v2.0', task: 'train', resolution: '256px', frames: 33, batch: 4 };

/** With tops that a test gives, in GiB. */
function missOf(flags: TargetFlags, limit: number, top: (target: Target) => number, card = 13) {
  const evaluate: Evaluator = {
    fits: () => false,
    topBytes: (target) => top(target) * gibi,
    secondsPerSample: () => 1,
  };
  return nearestMiss(resolveTarget(flags), true, limit * gibi, evaluate, () => card * gibi);
}

describe('what comes nearest', () => {
  it('is at batch 1 with all blocks checkpointed, and says how short it is', () => {
    const top = ({ vaeTiling, cachedText }: Target) => 30 - (vaeTiling ? 4 : 0) - (cachedText ? 1 : 0);
    const miss = missOf(v12, 20, top);
    expect(miss.settings).toMatchObject({
      batch: 1,
      checkpointing: 'full',
      vaeTiling: true,
      cachedText: true,
    });
    // What changes nothing stays as it was asked for.
    expect(miss.settings.cachedVideo).toBe(false);
    expect(miss.peakBytes).toBe(25 * gibi);
    expect(miss.shortBytes).toBe(5 * gibi);
  });

  it('leaves weights whole beside a LoRA, which upstream takes no tensor parallelism with', () => {
    const top = ({ tensorParallel }: Target) => 80 / tensorParallel;
    expect(missOf({ ...v20, gpuCount: 8 }, 1, top).settings.tp).toBe(8);
    expect(missOf({ ...v20, gpuCount: 8, loraRank: 16 }, 1, top).settings.tp).toBe(1);
  });

  it('moves v2.0’s checkpoints to the host where that saves memory', () => {
    const top = ({ offload }: Target) => (offload ? 20 : 30);
    expect(missOf(v20, 10, top).settings.offload).toBe(true);
  });
});

describe('the smallest GPU that would do', () => {
  const able = (flags: TargetFlags) => {
    const { smallestGpu } = missOf(flags, 1, () => 13);
    return gpuCatalogue.find(({ name }) => name === smallestGpu)!;
  };

  it('has the memory with a reserve of 1 GiB, is NVIDIA’s, and none that is smaller would do', () => {
    const found = able({ ...v12, dtype: 'fp16' });
    expect(found.vendor).toBe('nvidia');
    const enough = gpuCatalogue.filter(
      ({ vendor, memoryBytes }) => vendor === 'nvidia' && memoryBytes >= 14 * gibi,
    );
    expect(found.memoryBytes).toBe(Math.min(...enough.map(({ memoryBytes }) => memoryBytes)));
    // Such as a T4, which has neither bf16 nor FlashAttention 2.
    expect(found.flashAttention).toBe(false);
  });

  it('computes in bf16 where the run does, and has FlashAttention 2 for v2.0', () => {
    expect(able(v12)).toMatchObject({ bf16: true });
    expect(able({ ...v20, dtype: 'fp16' })).toMatchObject({ flashAttention: true });
  });

  it('is none where the largest card has too little', () => {
    expect(missOf(v12, 1, () => 13, 1000).smallestGpu).toHaveProperty(
      'unavailable',
      expect.stringContaining('1,000.0 GiB may be needed'),
    );
  });
});

describe('the fewest GPUs that would do', () => {
  it('are a power of two, in nodes of eight', () => {
    const nodes = new Map<number, number>();
    const top = (target: Target) => {
      nodes.set(target.gpuCount, target.nodes);
      return 64 / target.gpuCount;
    };
    expect(missOf(v12, 5, top).gpuCount).toBe(16);
    expect(missOf(v12, 4, top).gpuCount).toBe(16);
    expect(missOf(v12, 3.9, top).gpuCount).toBe(32);
    expect([nodes.get(8), nodes.get(16), nodes.get(32)]).toEqual([1, 2, 4]);
  });

  it('are none where each needs the same whatever their number', () => {
    expect(missOf(v12, 5, () => 6).gpuCount).toHaveProperty(
      'unavailable',
      expect.stringContaining('may still need 6.00 GiB'),
    );
  });
});
