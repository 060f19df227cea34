import { describe, expect, it } from 'vitest';
import type { BlockShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import { selfAttentions } from '../../../src-main/predict/self-attention.js';
import { eagerInferencePeak, unfusedTraining } from '../../../src-main/predict/unfused.js';

const hidden = 1152;
const heads = 16;

function shape(more: Partial<BlockShape> = {}): BlockShape {
  return {
    model: 'v1.2',
    block: 'temporal',
    task: 'train',
    dtype: 'bf16',
    batch: 2,
    latentFrames: 30,
    rows: 15,
    columns: 27,
    depth: 1,
    checkpoint: false,
    optimizer: false,
    ...more,
  };
}

function fusedIn(model: 'v1.0' | 'v1.1' | 'v1.2' | 'v1.3', more: Partial<BlockShape> = {}): boolean[] {
  return selfAttentions(modelVersion(model), shape({ model, ...more })).map(({ fused }) => fused);
}

describe('which attention upstream gives to FlashAttention', () => {
  it('is all in v1.0, and what is longer than its batch in v1.1 and v1.2', () => {
    expect(fusedIn('v1.0', { block: 'spatiotemporal' })).toEqual([true, true]);
    expect(fusedIn('v1.1', { block: 'spatiotemporal' })).toEqual([true, false]);
    expect(fusedIn('v1.2')).toEqual([false]);
    expect(fusedIn('v1.2', { block: 'spatial' })).toEqual([true]);
    // Facts §1: 144p, 51 frames, batch 51: N = 144 < 765.
    const small = { block: 'spatial', batch: 51, latentFrames: 15, rows: 9, columns: 16 } as const;
    expect(fusedIn('v1.2', small)).toEqual([false]);
  });

  it('is what is longer than 128 in v1.3, windows of 8 × 8 by all frames included', () => {
    expect(fusedIn('v1.3')).toEqual([true]);
    expect(fusedIn('v1.3', { latentFrames: 1 })).toEqual([false]);
    expect(selfAttentions(modelVersion('v1.3'), shape())).toEqual([
      { branch: 'temporal', groups: 2 * 2 * 4, length: 64 * 30, fused: true },
    ]);
  });

  it('is of all spatial attention in v1.2’s sequence groups', () => {
    const small = { block: 'spatial', batch: 51, latentFrames: 15, rows: 9, columns: 16 } as const;
    const [attention] = selfAttentions(modelVersion('v1.2'), shape(small), true, 2);
    expect(attention!.fused).toBe(true);
    // 51 × 144 places shared by two, each a sequence of 15.
    const [temporal] = selfAttentions(modelVersion('v1.2'), shape({ ...small, block: 'temporal' }), true, 2);
    expect(temporal!.fused).toBe(false);
  });

  it('is where a GPU’s own tokens are more than the sequences in v1.3’s sequence groups', () => {
    const fused = (batch: number, sp: number, block: 'spatial' | 'temporal' = 'spatial') =>
      selfAttentions(modelVersion('v1.3'), shape({ block, batch, rows: 23, columns: 40 }), true, sp)[0]!
        .fused;
    // 30 frames of 920 places; 920 / 4 = 230 against 30 sequences a sample.
    expect([fused(7, 4), fused(8, 4), fused(8, 1)]).toEqual([true, false, true]);
    // 230 × 30 = 6,900 of a sample's tokens against 3 × 5 windows a sample.
    expect(fused(8, 4, 'temporal')).toBe(true);
  });

  it('is none in fp32, which it does not take', () => {
    expect(fusedIn('v1.2', { block: 'spatial', dtype: 'fp32' })).toEqual([false]);
    expect(fusedIn('v1.3', { dtype: 'fp32' })).toEqual([false]);
  });

  it('is all in v2.0', () => {
    expect(selfAttentions(modelVersion('v2.0'), shape({ block: 'double' }))).toEqual([]);
  });
});

describe('on a card without FlashAttention', () => {
  it('no self-attention is fused, v1.3’s windows included', () => {
    for (const model of ['v1.0', 'v1.1'] as const) {
      const both = selfAttentions(modelVersion(model), shape({ model, block: 'spatiotemporal' }), false);
      expect(both.map(({ fused }) => fused)).toEqual([false, false]);
    }
    expect(selfAttentions(modelVersion('v1.3'), shape(), false).map(({ fused }) => fused)).toEqual([false]);
  });

  it('inference holds the scores of spatial attention and their softmax, in fp32', () => {
    const large = shape({ block: 'spatial', rows: 45, columns: 80 });
    const tokens = 2 * 30 * 45 * 80;
    const scores = heads * 2 * 30 * (45 * 80) ** 2;
    expect(eagerInferencePeak(modelVersion('v1.2'), hidden, large, false)).toBe(
      7 * tokens * hidden * 2 + 8 * scores,
    );
    expect(eagerInferencePeak(modelVersion('v1.2'), hidden, large)).toBe(12 * tokens * hidden * 2);
  });
});

describe('what is kept for the backward beyond fused kernels', () => {
  const tokens = 2 * 30 * 15 * 27;
  const tensor = tokens * hidden;
  const scores = heads * 2 * 15 * 27 * 30 ** 2;

  it('is fp32 pieces of q and k, and scores in both types', () => {
    const kept = unfusedTraining(modelVersion('v1.2'), hidden, shape());
    expect(kept.scores).toBe(6 * scores);
    expect(kept.norms).toBe((12 - 4) * tensor);
    expect(kept.masks).toBe(2 * tensor * 2);
    // Fewer than what the MLP kept, which is gone by then.
    expect(kept.scoresTransient).toBe(0);
    const spatial = unfusedTraining(modelVersion('v1.2'), hidden, shape({ block: 'spatial' }));
    expect(spatial).toMatchObject({ scores: 0, norms: 12 * tensor });
  });

  it('counts softmax’s own gradients where the sequence is long', () => {
    const long = shape({ latentFrames: 600 });
    const kept = unfusedTraining(modelVersion('v1.2'), hidden, long);
    expect(kept.scoresTransient).toBe(6 * 400 * scores - 20 * 20 * tensor);
  });

  it('is of whole windows in v1.3, which pads 9 × 16 places to 16 × 16', () => {
    const small = { rows: 9, columns: 16, latentFrames: 30 } as const;
    const padded = 2 * 30 * 16 * 16 * hidden;
    expect(unfusedTraining(modelVersion('v1.3'), hidden, shape(small)).norms).toBe(12 * padded);
    // In inference x alone is as it was, and ten tensors of attention are padded: more than 12 of x.
    const own = 2 * 30 * 9 * 16 * hidden;
    expect(eagerInferencePeak(modelVersion('v1.3'), hidden, shape(small))).toBe(2 * (own + 10 * padded));
    // Spatial attention has no windows.
    const spatial = shape({ ...small, block: 'spatial' });
    expect(eagerInferencePeak(modelVersion('v1.3'), hidden, spatial)).toBe(2 * 12 * own);
  });

  it('is less in fp32, where turning to fp32 is no copy', () => {
    const kept = unfusedTraining(modelVersion('v1.2'), hidden, shape({ dtype: 'fp32' }));
    expect(kept).toMatchObject({ scores: 4 * scores, norms: 8 * tensor });
  });

  it('is nothing in v2.0, and in v1.0', () => {
    const nothing = { norms: 0, scores: 0, masks: 0, scoresTransient: 0 };
    expect(unfusedTraining(modelVersion('v2.0'), 3072, shape({ block: 'single' }))).toEqual(nothing);
    expect(unfusedTraining(modelVersion('v1.0'), hidden, shape({ block: 'spatiotemporal' }))).toEqual(
      nothing,
    );
  });
});

describe('the live peak of upstream’s inference', () => {
  it('is names that live on, or the scores with what stands beside them', () => {
    const v1 = modelVersion('v1.2');
    const tensor = 2 * 30 * 15 * 27 * hidden * 2;
    expect(eagerInferencePeak(v1, hidden, shape())).toBe(12 * tensor);
    const scores = heads * 2 * 15 * 27 * 120 ** 2;
    expect(eagerInferencePeak(v1, hidden, shape({ latentFrames: 120 }))).toBe(7 * 4 * tensor + 8 * scores);
  });

  it('counts v2.0’s text tokens', () => {
    const single = shape({ block: 'single', batch: 3 });
    const tokens = 3 * (30 * 15 * 27 + 512);
    expect(eagerInferencePeak(modelVersion('v2.0'), 3072, single)).toBe(19 * tokens * 3072 * 2);
  });
});
