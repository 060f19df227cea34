import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelVersion, modelVersions } from '../../../models/catalog/index.js';
import type { ModelId } from '../../../models/catalog/types.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { decodeWork, encodeWork } from '../../../src-main/predict/vae.js';
import { residualBlock, upsampling } from '../../../src-main/predict/vae-walk.js';

const plain = { padded: false, turned: false, chunkElements: null };
const gibi = 2 ** 30;

function targetOf(model: ModelId, resolution: string, frames: number, more: Partial<TargetFlags> = {}) {
  return resolveTarget({ model, task: 'infer', resolution, frames, ...more });
}

function worked(work: typeof decodeWork, target: Target) {
  return work(modelVersion(target.model, target.ae), target, target.buckets[0]!);
}

describe('layers', () => {
  it('hold input, norm and SiLU, or input and both sides of a convolution', () => {
    expect(residualBlock(plain, 128, 128, 10)).toBe(3 * 1280);
    // A causal convolution pads a copy first.
    expect(residualBlock({ ...plain, padded: true }, 128, 128, 10)).toBe(4 * 1280);
    // Channels-last and back doubles input and output.
    expect(residualBlock({ ...plain, turned: true }, 128, 128, 10)).toBe(5 * 1280);
    // In chunks that are joined, the output is there twice.
    expect(residualBlock({ padded: true, turned: false, chunkElements: 1000 }, 128, 128, 10)).toBe(5 * 1280);
  });

  it('enlarge in fp32 where bf16 has no kernel', () => {
    const small = { width: 2, frames: 1, pixels: 10 };
    const large = { width: 1, frames: 1, pixels: 40 };
    expect(upsampling(plain, false, small, large)).toBe(20 + 2 * 80);
    expect(upsampling(plain, true, small, large)).toBe(20 + 3 * 80);
  });
});

describe('decoding', () => {
  it('works on four frames in v1.2, however long the video', () => {
    const of = (frames: number) => worked(decodeWork, targetOf('v1.2', '720p', frames));
    expect(of(408).activations).toBe(of(51).activations);
    expect(of(1).activations).toBe(of(51).activations / 4);
    expect(of(408).videos).toBe(2 * 408 * 3 * 720 * 1280 * 2);
  });

  it('works on all frames of a tile in v2.0: 129 of 256 × 256 pixels', () => {
    const work = worked(decodeWork, targetOf('v2.0', '768px', 129, { aspect: '1:1' }));
    // The last enlargement: 256 channels joined from two pieces, its input, a padded copy, the output twice.
    const full = 256 * 129 * 256 ** 2;
    expect(work.activations).toBe(2 * (256 * 65 * 128 ** 2 + 5 * full));
    expect(work.activations / gibi).toBeCloseTo(20.66, 1);
    expect(work.note).toContain('16 tiles of 256 × 256');
  });
});

describe('the smallest pieces', () => {
  it('are one frame in v1.2, a quarter of its four', () => {
    const of = (vaeTiling: boolean) => worked(decodeWork, targetOf('v1.2', '720p', 51, { vaeTiling }));
    expect(of(true).activations).toBe(of(false).activations / 4);
  });

  it('are 65 frames at a time in v2.0', () => {
    const of = (frames: number, vaeTiling: boolean) =>
      worked(decodeWork, targetOf('v2.0', '768px', frames, { aspect: '1:1', vaeTiling }));
    expect(of(129, true).activations).toBe(of(65, false).activations);
    expect(of(65, true).activations).toBe(of(65, false).activations);
  });
});

describe('conditioned training', () => {
  const of = (i2v: boolean, batch: number, frames = 129) => {
    const target = resolveTarget({ model: 'v2.0', task: 'train', resolution: '256px', frames, batch, i2v });
    return encodeWork(modelVersion('v2.0'), target, target.buckets[0]!).activations;
  };
  // main:opensora/utils/train.py prepare_visual_condition_causal: `model_ae.encode(x[i].unsqueeze(0))`, images whole.
  it('encodes one video at a time, and images together', () => {
    expect(of(true, 23)).toBe(of(false, 1));
    expect(of(false, 23)).toBeGreaterThan(20 * of(false, 1));
    expect(of(true, 23, 1)).toBe(of(false, 23, 1));
  });
});

describe('DC-AE', () => {
  it('works on 32 frames of one video in a tile, whatever the batch', () => {
    const at = (batch: number) =>
      worked(decodeWork, targetOf('v2.0', '768px', 128, { ae: 'dc-ae', aspect: '1:1', batch }));
    // Seven tensors of 128 channels in bf16.
    expect(at(1).activations).toBe(7 * 128 * 32 * 256 ** 2 * 2);
    expect(at(3).activations).toBe(at(1).activations);
    // 16 tiles of the 32 frames, 6 of these in time kept whole, and the video.
    expect(at(1).videos).toBe((16 * 32 * 256 ** 2 + (6 * 32 + 128) * 768 ** 2) * 3 * 2);
  });

  it('may be called past its tiling in training', () => {
    const target = targetOf('v2.0', '768px', 128, { ae: 'dc-ae', aspect: '1:1', task: 'train' });
    expect(worked(encodeWork, target).most).toBe(4 * 128 * 128 * 768 ** 2 * 2);
  });
});

describe('a VAE that GPUs share', () => {
  it('makes whole results from its part of the channels: in a residual block a quarter of all but one', () => {
    const shared = { ...plain, ranks: 4 };
    // Input and norm's result a quarter each, the convolution's whole.
    expect(residualBlock(shared, 128, 128, 10)).toBe(1280 / 4 + 1280 / 4 + 1280);
    // Wider levels are each GPU's own.
    expect(residualBlock(shared, 512, 512, 10)).toBe(residualBlock(plain, 512, 512, 10));
  });

  it('is that of inference with sequence or tensor ranks alone', () => {
    const of = (more: Partial<TargetFlags>) =>
      worked(decodeWork, targetOf('v2.0', '768px', 129, { aspect: '1:1', gpuCount: 8, ...more })).activations;
    expect(of({ sp: 8 })).toBeLessThan(of({}) / 2);
    expect(of({ tp: 8 })).toBe(of({ sp: 8 }));
  });
});

describe('over the whole space', () => {
  it('work is finite, above zero, least at most itself, and never less for more videos or frames', () => {
    const any = fc.record({
      model: fc.constantFrom(...modelVersions.map(({ id }) => id)),
      resolution: fc.nat(),
      steps: fc.integer({ min: 0, max: 8 }),
      batch: fc.integer({ min: 1, max: 16 }),
    });
    fc.assert(
      fc.property(any, ({ model, resolution, steps, batch }) => {
        const version = modelVersion(model);
        const name = version.resolutions[resolution % version.resolutions.length]!;
        const at = (count: number, samples: number) =>
          [encodeWork, decodeWork].map((work) =>
            worked(work, targetOf(model, name, 16 * count + 1, { batch: samples })),
          );
        const now = at(steps, batch);
        for (const { activations, least, videos } of now) {
          expect(least).toBeGreaterThan(0);
          expect(least).toBeLessThanOrEqual(activations);
          expect(Number.isFinite(activations) && videos > 0).toBe(true);
        }
        for (const more of [at(steps, batch + 1), at(steps + 1, batch)]) {
          more.forEach(({ activations }, index) => {
            // v1.0's config for 64 frames has a smaller micro-batch than for the rest; 64 is not in this space.
            expect(activations).toBeGreaterThanOrEqual(now[index]!.activations);
          });
        }
      }),
    );
  });
});
