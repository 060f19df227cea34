import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { remembered } from '../../../src-main/predict/analyser.js';
import { adaptersOnPath, loraParameters } from '../../../src-main/predict/lora.js';
import type { RangedPart } from '../../../src-main/predict/parts.js';
import { type PhaseName, phasesOf } from '../../../src-main/predict/phases.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { sequenceShare } from '../../../src-main/predict/sequence-share.js';

const analyse = remembered(analyseBlock);
const training: TargetFlags = {
  model: 'v2.0',
  task: 'train',
  resolution: '768px',
  aspect: '1:1',
  frames: 33,
  batch: 2,
  gpuCount: 8,
  checkpointing: 'full',
};
/** `[tokens, hidden]` of two samples in bf16: 9 latent frames of 48 × 48 tokens, and 512 of text. */
const tensor = 2 * (9 * 48 * 48 + 512) * 3072 * 2;

function partsOf(phase: PhaseName, more: Partial<TargetFlags>, flashAttention = true): RangedPart[] {
  const target = resolveTarget({ ...training, ...more });
  const version = modelVersion(target.model, target.ae);
  const phases = phasesOf(version, target, target.buckets[0]!, [], analyse, flashAttention);
  return phases.find(({ name }) => name === phase)!.parts;
}

function bytes(id: string, more: Partial<TargetFlags>, phase: PhaseName = 'backward'): number {
  return partsOf(phase, more).find((part) => part.id === id)?.bytes ?? 0;
}

describe('tensor parallelism', () => {
  it('divides what lies between column and row layers, and leaves the stream whole', () => {
    const kept = (tp: number) => bytes('saved-activations', { checkpointing: 'none', tp });
    // Of several samples: double 15 tensors in each of 19 blocks, single 15 in each of 38, halved by two GPUs.
    expect((kept(1) - kept(2)) / tensor).toBeCloseTo((57 * 15) / 2, 5);
    // What stays, beside the log-sum-exp: double 8, single 4, and attention's tables once.
    const whole = 19 * 8 + 38 * 4;
    expect((kept(1) - (57 * 15 + whole) * tensor) / kept(1)).toBeLessThan(0.01);
  });

  it('leaves checkpoints whole', () => {
    expect(bytes('checkpoints', { tp: 8 })).toBe(57 * tensor);
  });

  it('loads the whole model first', () => {
    expect(bytes('whole-weights', { tp: 8 }, 'load')).toBe(bytes('whole-weights', {}, 'load'));
  });
});

describe('sequence parallelism', () => {
  const shareOf = (more: Partial<TargetFlags>) => {
    const target = resolveTarget({ ...training, ...more });
    return sequenceShare(modelVersion(target.model), target, target.buckets[0]!);
  };

  it('is given up where a GPU of v2.0 would have text alone', () => {
    // 256px square is 256 tokens a latent frame: 1,536 image tokens over 4 GPUs leave the first the 512 of text.
    expect(shareOf({ resolution: '256px', frames: 21, sp: 4 })).toBe(1);
    expect(shareOf({ resolution: '256px', frames: 25, sp: 4 })).toBe(1 / 4);
    expect(shareOf({ resolution: '256px', frames: 1, sp: 2 })).toBe(1);
    expect(shareOf({ model: 'v1.2', resolution: '256', frames: 1, sp: 2 })).toBe(1 / 2);
  });

  it('adds the buffers of ring attention, between nothing and all of them', () => {
    const ring = partsOf('backward', { sp: 4 }).find(({ id }) => id === 'sequence-exchange')!;
    expect(ring.range[0]).toBe(0);
    expect(ring.range[1]).toBe((17 * tensor) / 4);
    expect(ring.bytes).toBeLessThan(ring.range[1]);
    expect(partsOf('backward', {}).map(({ id }) => id)).not.toContain('sequence-exchange');
  });

  it('divides v2.0’s inference too', () => {
    const run = (sp: number) =>
      bytes('block-under-way', { task: 'infer', checkpointing: undefined, sp }, 'denoise');
    expect(run(8)).toBeCloseTo(run(1) / 8, -1);
  });
});

describe('checkpoints on the host', () => {
  it('leave two on the GPU', () => {
    expect(bytes('checkpoints', { offload: true })).toBe(2 * tensor);
    expect(bytes('checkpoints', {})).toBe(57 * tensor);
  });
});

describe('a LoRA', () => {
  it('has rank × (inputs + outputs) of every adapted layer', () => {
    // Double: q, k, v, output of 3072 each way, and 3072 ↔ 12288 twice, for image and text. Single: q and k, 3072 → 15360 and back.
    const double = 2 * (4 * (3072 + 3072) + 2 * (3072 + 12_288));
    const single = 2 * (3072 + 3072) + 2 * (3072 + 15_360);
    expect(loraParameters(modelVersion('v2.0'), 8)).toBe(8 * (19 * double + 38 * single));
    // STDiT3: qkv, output; q, kv, output of the cross attention; both of the MLP.
    const h = 1152;
    const block = 4 * h + 2 * h + 2 * h + 3 * h + 2 * h + 5 * h + 5 * h;
    expect(loraParameters(modelVersion('v1.3'), 4)).toBe(4 * 56 * block);
  });

  it('trains its own parameters alone, over frozen weights', () => {
    const trained = loraParameters(modelVersion('v2.0'), 32);
    expect(bytes('moments', { loraRank: 32 })).toBe((8 * trained) / 8);
    expect(bytes('master-weights', { loraRank: 32 })).toBe((4 * trained) / 8);
    expect(bytes('weights', { loraRank: 32 })).toBe(2 * (modelVersion('v2.0').parameters + trained));
    expect(bytes('step-transient', { loraRank: 32 }, 'step')).toBe((4 * trained) / 8);
    expect(bytes('ema', { loraRank: 32, ema: 'on' })).toBe(0);
  });

  it('keeps its inner results for each adapted layer that is not recomputed', () => {
    // Six layers on a token's way through a double block, four through a single one; rank 32 of 3072 wide.
    expect([adaptersOnPath('double'), adaptersOnPath('single')]).toEqual([6, 4]);
    const kept = bytes('lora-activations', { loraRank: 32, checkpointing: 'none' });
    expect(kept).toBeCloseTo(((19 * 6 + 38 * 4) * tensor * 32) / 3072, -2);
  });
});

describe('the first step', () => {
  it('has all of a later backward but the moments', () => {
    const sum = (phase: PhaseName) => partsOf(phase, {}).reduce((total, part) => total + part.bytes, 0);
    expect(sum('backward') - sum('first-step')).toBe(bytes('moments', {}));
  });
});

describe('loading', () => {
  it('may build v2.0 in fp32 where training starts without a checkpoint, and a LoRA never does', () => {
    const top = (more: Partial<TargetFlags>) =>
      partsOf('load', more).find(({ id }) => id === 'whole-weights')!.range[1];
    const encoders = 2 * (4_762_310_656 + 123_060_480 + 100_342_464);
    expect(top({})).toBe(4 * modelVersion('v2.0').parameters - encoders);
    expect(top({ loraRank: 8 })).toBeLessThan(2.03 * modelVersion('v2.0').parameters);
  });
});

describe('a card without FlashAttention', () => {
  const v1: Partial<TargetFlags> = {
    model: 'v1.2',
    resolution: '360p',
    aspect: '16:9',
    frames: 51,
    batch: 1,
    dtype: 'fp16',
    checkpointing: 'none',
  };
  const scores = (flash: boolean) =>
    partsOf('backward', v1, flash).find(({ id }) => id === 'attention-scores')!.bytes;

  it('holds the scores of v1.2’s spatial attention in training: fp32 and fp16, in 28 blocks', () => {
    // 16 heads over 15 latent frames of 920 tokens.
    const held = 28 * 6 * 16 * 15 * 920 ** 2;
    // One block's softmax in its backward may come on top.
    expect(scores(false) - scores(true)).toBeGreaterThanOrEqual(held);
    expect(scores(false) - scores(true)).toBeLessThan(held * 1.1);
  });
});
