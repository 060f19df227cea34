import { describe, expect, it } from 'vitest';
import { meanByShare } from '../../../src-main/predict/mean-by-share.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';

describe('the buckets’ mean by their shares', () => {
  const [bucket] = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 51 }).buckets;
  const mean = (...shares: number[]) =>
    meanByShare(
      shares.map((share, index) => ({ ...bucket!, share, batch: index + 1 })),
      ({ batch }) => batch,
    );

  it('weights each, whatever the shares add up to', () => {
    expect(mean(0.75, 0.25)).toBe(1.25);
    expect(mean(0.3, 0.1)).toBeCloseTo(1.25, 12);
  });

  it('is the largest where no bucket has a share', () => {
    expect(mean(0, 0)).toBe(2);
  });
});
