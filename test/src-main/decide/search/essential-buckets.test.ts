import { describe, expect, it } from 'vitest';
import type { Bucket, Target } from '../../../../src-main/contract/target.js';
import {
  essentialBuckets,
  forAllBuckets,
  withOnly,
} from '../../../../src-main/decide/search/essential-buckets.js';
import { withBatches } from '../../../../src-main/decide/settings.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';

/** v2.0's stage 2 at 256px in small: frames, batch, share. */
function targetOf(rows: readonly [frames: number, batch: number, share: number][]): Target {
  const buckets = rows.map(([frames, batch, share]): Bucket => {
    const flags = { model: 'v2.0', task: 'train', resolution: '256px', frames, batch };
    return { ...resolveTarget(flags).buckets[0]!, share };
  });
  const target = resolveTarget({ model: 'v2.0', task: 'train', resolution: '256px', frames: 1 });
  return { ...target, buckets };
}

const stage = targetOf([
  [1, 130, 0.2],
  [5, 14, 0],
  [33, 14, 0],
  [65, 10, 0],
  [97, 10, 0],
  [129, 6, 0.8],
]);

describe('buckets that decide', () => {
  it('are those that steps take and those that no longer one of as large a batch outdoes', () => {
    // 5 frames are outdone by 33, 65 by 97.
    expect(essentialBuckets(stage)).toEqual([0, 2, 4, 5]);
  });

  it('are all where each is of another size, and the first of equals', () => {
    const other = { ...stage.buckets[1]!, height: 1024 };
    expect(essentialBuckets({ ...stage, buckets: [...stage.buckets.slice(2), other] })).toEqual([0, 2, 3, 4]);
    expect(
      essentialBuckets(
        targetOf([
          [33, 4, 0],
          [33, 4, 0],
          [1, 9, 1],
        ]),
      ),
    ).toEqual([0, 2]);
  });

  it('leave the others to fall with the bucket that outdoes them', () => {
    const some = essentialBuckets(stage);
    // As asked, halved, a third, as asked.
    const found = withBatches(withOnly(stage, some), [130, 7, 3, 6], 2);
    const all = forAllBuckets(found, stage, some);
    expect(all.buckets.map(({ batch }) => batch)).toEqual([130, 7, 7, 3, 3, 6]);
    expect(all.accumulation).toBe(2);
    expect(all.buckets.map(({ share }) => share)).toEqual(stage.buckets.map(({ share }) => share));
  });

  it('never leave a batch of none', () => {
    const few = targetOf([
      [33, 1, 0],
      [65, 10, 1],
    ]);
    const found = withBatches(withOnly(few, [1]), [2], 1);
    expect(forAllBuckets(found, few, [1]).buckets.map(({ batch }) => batch)).toEqual([1, 2]);
  });
});
