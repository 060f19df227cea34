import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { planData } from '../../../../src-main/rehearse/upstream/data-plan.js';

const rows = (text: string) => text.trimEnd().split('\n');

function target(flags: object): Target {
  return resolveTarget({ task: 'train', gpuCount: 1, ...flags } as never);
}

describe('synthetic data', () => {
  it('is of exactly three optimiser steps over data-parallel ranks and accumulation', () => {
    const v2 = { model: 'v2.0', resolution: '256px', frames: 33, batch: 2 };
    const grouped = target({ ...v2, gpuCount: 8, sp: 4, plugin: 'hybrid', effectiveBatch: 12 });
    expect(grouped.accumulation).toBe(3);
    // 3 steps × 3 micro-batches × 2 groups of four GPUs × 2 samples.
    expect(rows(planData(grouped, '/t').table)).toHaveLength(1 + 36);
    const plain = target({ ...v2, gpuCount: 8 });
    expect(rows(planData(plain, '/t').table)).toHaveLength(1 + 3 * 8 * 2);
  });

  it('has a video long enough for each version, and a heading where it has one', () => {
    const v10 = planData(target({ model: 'v1.0', resolution: '256', frames: 16, batch: 1 }), '/t');
    expect(v10.media).toMatchObject({ path: '/t/sample.mp4', frames: 49 });
    expect(rows(v10.table)).toEqual(Array(3).fill('/t/sample.mp4,a red kite over the sea'));
    const v12 = planData(target({ model: 'v1.2', resolution: '144p', frames: 51, batch: 1 }), '/t');
    // A bucket takes a video that is longer than itself: v1.2:opensora/datasets/bucket.py.
    expect(v12.media).toEqual({ path: '/t/sample.mp4', frames: 52, height: 144, width: 256 });
    expect(rows(v12.table)[0]).toBe('path,text,num_frames,height,width,aspect_ratio,fps,resolution');
    expect(rows(v12.table)[1]).toBe('/t/sample.mp4,a red kite over the sea,52,144,256,0.5625,23,36864');
  });

  it('is a picture where the bucket is of images', () => {
    const plan = planData(target({ model: 'v2.0', resolution: '256px', frames: 1, batch: 1 }), '/t, u');
    expect(plan.media).toMatchObject({ path: '/t, u/sample.png', frames: 1 });
    expect(rows(plan.table)[1]).toMatch(/^"\/t, u\/sample\.png",a red kite/);
  });

  it('has features of a sample for v2.0, in the columns that its data set reads', () => {
    const flags = {
      model: 'v2.0',
      resolution: '256px',
      aspect: '16:9',
      frames: 33,
      batch: 1,
      cachedVideo: true,
    };
    const plan = planData(target(flags), '/t');
    expect(plan.tensors).toEqual({
      '/t/latents.pt': [16, 9, 24, 42],
      '/t/text-t5.pt': [512, 4096],
      '/t/text-clip.pt': [768],
    });
    expect(rows(plan.table)[0]).toMatch(/,latents_path,text_t5_path,text_clip_path$/);
  });

  it('has a file of whole batches for each rank of v1.2 with features', () => {
    const flags = { model: 'v1.2', resolution: '144p', frames: 51, batch: 4, gpuCount: 2 };
    const plan = planData(target({ ...flags, cachedText: true, cachedVideo: true }), '/t');
    expect(plan.media).toBeNull();
    expect(plan.buffers.map(({ path, batches }) => [path, batches])).toEqual([
      ['/t/features/all/00000000.bin', 3],
      ['/t/features/all/00000001.bin', 3],
    ]);
    expect(plan.buffers[0]!.fields).toMatchObject({
      x: { shape: [4, 4, 15, 18, 32] },
      y: { shape: [1, 1200, 1152] },
      mask: { shape: [4], fill: 300, whole: true },
    });
  });
});
