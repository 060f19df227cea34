import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { hostMemory, savedCheckpointBytes } from '../../../src-main/predict/host.js';
import { offloadedElements } from '../../../src-main/predict/host-offload.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';

const gibi = 2 ** 30;
const v2: TargetFlags = { model: 'v2.0', task: 'train', resolution: '256px', frames: 129, gpuCount: 8 };
const offloaded: Partial<TargetFlags> = { gpuCount: 8, sp: 4, checkpointing: 'full', offload: true };

function of(flags: TargetFlags) {
  const target = resolveTarget(flags);
  return hostMemory(modelVersion(target.model, target.ae), target);
}

function part(flags: TargetFlags, id: string) {
  return of(flags).parts.find((candidate) => candidate.id === id);
}

describe('host memory of one rank', () => {
  it('is the sum of its parts, in training and inference', () => {
    for (const flags of [
      v2,
      { ...v2, task: 'infer' },
      { ...v2, model: 'v1.2', resolution: '360p', frames: 51 },
    ]) {
      const host = of(flags);
      expect(host.bytes).toBe(host.parts.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(host.range[0]).toBeLessThan(host.bytes);
      expect(host.range[1]).toBeGreaterThan(host.bytes);
    }
  });

  it('pins 13.5 GiB for batches in v2.0 (facts §2), and holds what its workers have ready', () => {
    expect(part(v2, 'pinned-cache')!.bytes / gibi).toBeCloseTo(13.5, 1);
    // 12 workers, 2 batches each, of one video of 129 × 192 × 336 pixels of 3 colours in fp32.
    expect(part(v2, 'prefetched-batches')!.bytes).toBe(12 * 2 * 129 * 192 * 336 * 3 * 4);
    expect(part({ ...v2, cachedVideo: true }, 'prefetched-batches')).toBeUndefined();
  });

  it('builds T5 in fp32 in v1.x before anything moves to the GPU', () => {
    const v1 = { model: 'v1.2', task: 'infer', resolution: '360p', frames: 51 };
    expect(part(v1, 'checkpoint-read')!.bytes).toBe(4 * 4_762_310_656);
  });

  it('has for certain nothing of a file that is mapped, in v2.0', () => {
    const read = part({ ...v2, task: 'infer' }, 'checkpoint-read')!;
    expect(read.bytes / gibi).toBeCloseTo(22.15, 2);
    expect(read.range[0]).toBe(0);
  });

  it('copies the whole model for EMA where v2.0 is asked for it', () => {
    const noWorkers = { ...v2, gpuCount: 8, cachedVideo: true, ema: 'on' as const };
    expect(part(noWorkers, 'ema-copy')!.bytes / gibi).toBeCloseTo(22.15, 2);
  });

  it('gathers a shard of 4 GiB to save, and v2.0 its master weights in fp32, spread over the ranks of a node', () => {
    // With T5 to load, loading would be the most.
    const v1 = {
      model: 'v1.2',
      task: 'train',
      resolution: '360p',
      frames: 51,
      gpuCount: 4,
      cachedText: true,
    };
    expect(part(v1, 'saving')!.bytes / gibi).toBe(1);
    const master = 4 * modelVersion('v2.0').trainableParameters;
    expect(part(v2, 'saving')!.bytes).toBe(Math.round((master + 4 * gibi) / 8));
    expect(part({ ...v2, gpuCount: 16, nodes: 2 }, 'saving')!.bytes).toBe(part(v2, 'saving')!.bytes);
  });
});

describe('checkpoints that wait on the host', () => {
  const elements = (more: Partial<TargetFlags>) => {
    const target = resolveTarget({ ...v2, ...offloaded, ...more });
    return offloadedElements(modelVersion('v2.0'), target, target.buckets[0]!);
  };

  it('fill stage2_i2v’s buffer with its 195 images, which one sequence group does not share', () => {
    // 57 blocks, 512 text and 12 × 21 image tokens, 3072 wide; the buffer has 25 × 2^30.
    const images = elements({ frames: 1, batch: 195 });
    expect(images).toBe(57 * 195 * (512 + 252) * 3072);
    expect(images / (25 * gibi)).toBeGreaterThan(0.95);
    expect(images / (25 * gibi)).toBeLessThan(1);
  });

  it('are a quarter for each GPU where the group shares the tokens', () => {
    // 33 latent frames of 252 tokens and 512 of text divide by 4.
    expect(elements({ batch: 4 })).toBe((57 * 4 * (512 + 33 * 252) * 3072) / 4);
  });

  it('take what they need, and at the most the 50 GiB that the config reserves', () => {
    const parts = part({ ...v2, ...offloaded, batch: 4 }, 'offloaded-checkpoints')!;
    expect(parts.bytes).toBe(2 * elements({ batch: 4 }));
    expect(parts.range[1]).toBe(50 * gibi);
    expect(part({ ...v2, ...offloaded, offload: false }, 'offloaded-checkpoints')).toBeUndefined();
  });
});

describe('a saved checkpoint', () => {
  const saved = (more: Partial<TargetFlags>) => {
    const target = resolveTarget({ ...v2, ...more });
    return savedCheckpointBytes(modelVersion(target.model), target);
  };

  it('is the model, both moments, and EMA in v1.x or the master weights in v2.0', () => {
    const v1 = { model: 'v1.2', resolution: '360p', frames: 51 };
    expect(saved(v1)).toBe((2 + 4) * 1_207_643_936 + 8 * 1_201_595_936);
    expect(saved({ ...v1, ema: 'off' })).toBe(2 * 1_207_643_936 + 8 * 1_201_595_936);
    const { parameters } = modelVersion('v2.0');
    expect(saved({})).toBe((2 + 8 + 4) * parameters);
  });

  it('is the LoRA alone, and none in inference', () => {
    // Rank 16 over 19 × 36 + 38 × 16 widths of 3072.
    expect(saved({ loraRank: 16 })).toBe((2 + 8 + 4) * 16 * (19 * 36 + 38 * 16) * 3072);
    expect(saved({ task: 'infer' })).toBeNull();
  });
});
