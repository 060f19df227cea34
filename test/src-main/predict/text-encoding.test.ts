import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { phasesOf } from '../../../src-main/predict/phases.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { t5BytesOfToken, textEmbeddings, textParts } from '../../../src-main/predict/text-encoding.js';
import { linearAnalysis } from './linear-analysis.js';

function encodingOf(flags: TargetFlags) {
  const target = resolveTarget(flags);
  return textParts(modelVersion(target.model, target.ae), target, target.buckets[0]!);
}

describe('what T5 works in', () => {
  it('is the scores of its attention where prompts are long', () => {
    // 64 heads, 300 positions: bias and scores in bf16 and both sides of the softmax in fp32; five widths of 4096.
    expect(t5BytesOfToken(300, 2)).toBe(64 * 300 * (2 + 2 + 4 + 4) + 5 * 4096 * 2);
    // In fp32: bias, scores, softmax.
    expect(t5BytesOfToken(300, 4)).toBe(64 * 300 * (4 + 4 + 4) + 5 * 4096 * 4);
  });

  it('is the MLP in fp32 where they are short, beside the bias of all layers', () => {
    expect(t5BytesOfToken(120, 4)).toBe(4 * (2 * 4096 + 4 * 10_240) + 64 * 120 * 4);
  });

  it('is of all prompts of a micro-batch at once', () => {
    // main:configs/diffusion/train/stage2_i2v.py: 195 images of 256px, 512 text tokens each; 195 × 64 × 512² scores.
    const [part] = encodingOf({ model: 'v2.0', task: 'train', resolution: '256px', frames: 1, batch: 195 });
    expect(part!.bytes).toBe(195 * (64 * 512 ** 2 * 12 + 512 * 5 * 4096 * 2));
    expect(part!.bytes / 2 ** 30).toBeGreaterThan(36);
  });

  it('is nothing with cached features', () => {
    const flags: TargetFlags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 1, batch: 475 };
    expect(encodingOf({ ...flags, cachedText: true })).toEqual([]);
    expect(encodingOf(flags)).toHaveLength(1);
  });

  it('is a phase in which neither the activations nor the videos are there', () => {
    const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 1, batch: 475 });
    const phases = phasesOf(modelVersion('v1.2'), target, target.buckets[0]!, [], linearAnalysis);
    const ids = phases.find(({ name }) => name === 'text')!.parts.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['weights', 'moments', 'text-encode', 'text-encoder', 'vae']));
    expect(ids).not.toContain('saved-activations');
    expect(ids).not.toContain('video-pixels');
  });
});

describe('what T5 made', () => {
  it('is held to the step’s end: in fp32 in v1.1, whose T5 is, and in the run’s type where it was cached', () => {
    const bytes = (flags: Partial<TargetFlags>) => {
      const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 1, ...flags });
      return textEmbeddings(modelVersion(target.model), target, target.buckets[0]!).bytes;
    };
    expect(bytes({ batch: 475 })).toBe(475 * 300 * 4096 * 2);
    expect(bytes({ batch: 475, cachedText: true })).toBe(475 * 300 * 4096 * 2);
    expect(bytes({ model: 'v1.1', batch: 16 })).toBe(16 * 200 * 4096 * 4);
  });
});
