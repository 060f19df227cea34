import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import { published } from '../../../support/opensora-fixtures.js';

// Expectations are read off the files in test/fixtures/opensora and worked out by hand from upstream's bucket.py.

const bucketsOf = ({ buckets }: Target) =>
  buckets.map(({ resolution, frames, batch }) => `${resolution} ${frames} x ${batch}`);

/** Share of one bucket over that of another. */
function ratio(target: Target, one: [string, number], other: [string, number]): number {
  const share = ([resolution, frames]: [string, number]) =>
    target.buckets.find((bucket) => bucket.resolution === resolution && bucket.frames === frames)!.share;
  return share(one) / share(other);
}

const sum = ({ buckets }: Target) => buckets.reduce((total, { share }) => total + share, 0);

describe('v1.0', () => {
  it('16x512x512 trains without checkpoints', () => {
    const { target, assumptions } = published('v1.0/16x512x512.py', { gpuCount: 64 });
    expect(target).toMatchObject({
      model: 'v1.0',
      task: 'train',
      dtype: 'bf16',
      plugin: 'zero2',
      sequenceParallel: 1,
      checkpointedBlocks: { spatiotemporal: 0 },
      dataWorkers: 4,
      effectiveBatch: 8 * 64,
      buckets: [{ resolution: '512', height: 512, width: 512, frames: 16, batch: 8, share: 1 }],
    });
    expect(assumptions).toEqual([]);
  });

  it('64x512x512-sp shares each video between two GPUs', () => {
    const { target, assumptions } = published('v1.0/64x512x512-sp.py');
    expect(target).toMatchObject({
      plugin: 'zero2',
      sequenceParallel: 2,
      gpuCount: 2,
      effectiveBatch: 1,
      checkpointedBlocks: { spatiotemporal: 28 },
      buckets: [{ frames: 64, batch: 1 }],
    });
    expect(assumptions.join()).toContain('2 are taken (--gpu-count)');
  });

  it('64x512x512 infers in fp16, its processes sharing the video', () => {
    const { target } = published('v1.0/inference-64x512x512.py', { gpuCount: 4 });
    expect(target).toMatchObject({
      task: 'infer',
      dtype: 'fp16',
      samplingSteps: 100,
      sequenceParallel: 4,
      buckets: [{ resolution: '512', frames: 64, batch: 1 }],
    });
  });
});

describe('v1.1', () => {
  it('stage1 sends videos past the buckets that are off', () => {
    const { target } = published('v1.1/stage1.py');
    expect(target).toMatchObject({
      model: 'v1.1',
      task: 'train',
      dataWorkers: 8,
      checkpointedBlocks: { spatiotemporal: 0 },
    });
    expect(bucketsOf(target)).toEqual([
      '144p 1 x 48',
      '144p 16 x 6',
      '144p 32 x 3',
      '144p 96 x 1',
      '256 1 x 24',
      '256 16 x 3',
      '256 48 x 1',
      '240p 16 x 2',
      '240p 32 x 1',
      '512 1 x 12',
      '1024 1 x 3',
    ]);
    // Images: 0.3 stay at 1024, then 0.4 of 0.7 at 512. Videos: 64 frames are off at 240p and 256, 96 stay at 144p.
    expect(ratio(target, ['512', 1], ['1024', 1])).toBeCloseTo((0.7 * 0.4) / 12 / (0.3 / 3), 9);
    expect(ratio(target, ['144p', 96], ['1024', 1])).toBeCloseTo(1 / (0.3 / 3), 9);
    expect(ratio(target, ['144p', 32], ['1024', 1])).toBe(0);
    expect(sum(target)).toBeCloseTo(1, 9);
  });

  it('sample names its pixels', () => {
    const { target } = published('v1.1/sample.py');
    expect(target).toMatchObject({
      task: 'infer',
      buckets: [{ resolution: '240p', aspect: '16:9', height: 240, width: 426, frames: 16, batch: 1 }],
      samplingSteps: 100,
    });
  });
});

describe('v1.2', () => {
  it('stage1 tries each length with its second probability', () => {
    const { target, assumptions } = published('v1.2/stage1.py', { gpuCount: 8 });
    expect(target).toMatchObject({
      model: 'v1.2',
      ema: true,
      checkpointedBlocks: { spatial: 28, temporal: 28 },
      accumulation: 1,
    });
    expect(target.buckets).toHaveLength(26);
    // Images at 2048: 0.1 stay; of the rest 0.1 at 1080p. Both in batches of 5.
    expect(ratio(target, ['1080p', 1], ['2048', 1])).toBeCloseTo(0.9, 9);
    // Videos at 360p: 0.1 try 408 frames and 0.15 of them stay; 0.1 of the other 0.9 try 204.
    expect(ratio(target, ['360p', 408], ['2048', 1])).toBeCloseTo((0.1 * 0.15) / 1 / (0.1 / 5), 9);
    expect(ratio(target, ['360p', 204], ['360p', 408])).toBeCloseTo(0.9 / 2, 9);
    // 0.85 leave 360p; at 240p 0.1 of them try 408 frames and 0.4 stay, in batches of 2.
    expect(ratio(target, ['240p', 408], ['360p', 408])).toBeCloseTo((0.85 * 0.1 * 0.4) / 2 / (0.1 * 0.15), 9);
    expect(assumptions).toEqual([
      'The data set is not in the file: every sample is taken to be large and long enough for the largest bucket of the file, half of them images and half videos.',
    ]);
  });

  it('stage1_feat says no shape and takes it from flags', () => {
    expect(() => published('v1.2/stage1_feat.py')).toThrow('stage1_feat.py: --frames is missing');
    const { target } = published('v1.2/stage1_feat.py', { resolution: '360p', frames: 51, batch: 8 });
    expect(target).toMatchObject({ cachedText: true, cachedVideo: true, dataWorkers: 4, effectiveBatch: 8 });
  });

  it('sample writes its ratio height to width', () => {
    expect(published('v1.2/sample.py').target).toMatchObject({
      task: 'infer',
      samplingSteps: 30,
      buckets: [{ resolution: '240p', aspect: '16:9', height: 240, width: 426, frames: 51 }],
    });
  });
});

describe('v1.3', () => {
  it('stage2 accumulates over ZeRO-1', () => {
    const { target } = published('v1.3/stage2.py', { gpuCount: 64, nodes: 8 });
    expect(target).toMatchObject({
      model: 'v1.3',
      plugin: 'zero1',
      accumulation: 2,
      dataWorkers: 8,
      nodes: 8,
    });
    // Half images in batches of 30, half videos of 113 frames one by one: 1 step in 31 is of images.
    expect(ratio(target, ['720p', 113], ['720p', 1])).toBeCloseTo(30, 9);
    expect(ratio(target, ['720p', 97], ['720p', 1])).toBe(0);
    expect(target.effectiveBatch).toBe(Math.round((60 / 31) * 64 * 2));
  });

  it('t2v', () => {
    expect(published('v1.3/t2v.py').target).toMatchObject({
      model: 'v1.3',
      task: 'infer',
      buckets: [{ resolution: '720p', aspect: '16:9', frames: 113, latentFrames: 35 }],
    });
  });
});

describe('v2.0', () => {
  it('image', () => {
    const { target } = published('v2.0/train/image.py');
    expect(bucketsOf(target)).toEqual(['256px 1 x 50', '768px 1 x 11', '1024px 1 x 7']);
    const steps = [0.25 / 50, 0.25 / 11, 0.5 / 7];
    const all = steps.reduce((a, b) => a + b);
    for (const [index, { share }] of target.buckets.entries())
      expect(share).toBeCloseTo(steps[index]! / all, 9);
    expect(target).toMatchObject({
      checkpointedBlocks: { double: 8, single: 38 },
      ema: false,
      ae: 'hunyuan',
      dataWorkers: 12,
    });
  });

  it('stage2 merges on image, with groups of four', () => {
    const { target } = published('v2.0/train/stage2.py', { gpuCount: 192, nodes: 24 });
    expect(target).toMatchObject({
      plugin: 'hybrid',
      sequenceParallel: 4,
      tensorParallel: 1,
      checkpointedBlocks: { double: 19, single: 38 },
      offload: false,
    });
    expect(target.buckets).toHaveLength(32 + 33);
  });

  it('stage2_i2v offloads and replaces the buckets', () => {
    const { target } = published('v2.0/train/stage2_i2v.py');
    expect(target).toMatchObject({ offload: true, gpuCount: 4, vaeTiling: false });
    expect(target.buckets).toHaveLength(33 + 33);
    expect(ratio(target, ['256px', 129], ['768px', 129])).toBeCloseTo(0.25 / 23 / (0.25 / 2), 9);
    expect(ratio(target, ['768px', 1], ['768px', 129])).toBeCloseTo(0.25 / 38 / (0.25 / 2), 9);
  });

  it('high_compression has DC-AE', () => {
    const { target } = published('v2.0/train/high_compression.py');
    expect(target).toMatchObject({
      ae: 'dc-ae',
      vaeTiling: true,
      checkpointedBlocks: { double: 19, single: 38 },
    });
    expect(target.buckets).toHaveLength(30);
    expect(target.buckets.at(-1)).toMatchObject({ frames: 128, latentFrames: 32, batch: 2 });
  });

  it('768px clamps its groups to the GPUs that there are', () => {
    const eight = published('v2.0/inference/768px.py', { gpuCount: 8 });
    expect(eight.target).toMatchObject({ plugin: 'hybrid', sequenceParallel: 8, samplingSteps: 50 });
    expect(eight.target.buckets[0]).toMatchObject({
      resolution: '768px',
      frames: 129,
      height: 576,
      width: 1024,
    });
    const one = published('v2.0/inference/768px.py');
    expect(one.target.sequenceParallel).toBe(1);
    expect(one.assumptions.join()).toContain('sp_size 8 becomes 1');
  });

  it('refuses a second model beside the first', () => {
    expect(() => published('v2.0/inference/high_compression.py')).toThrow(
      'plugins/t2i2v.py line 5: img_flux must be None',
    );
  });
});
