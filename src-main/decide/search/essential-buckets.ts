import type { Bucket, Target } from '../../contract/target.js';
import { withBatches } from '../settings.js';

/**
 * The buckets that decide, by their index: those that steps take, which make the time, and those that no other of the same size
 * outdoes in frames and batch, which make the peak. Upstream's ranges of frames have one batch for many lengths, of which
 * the longest alone matters.
 */
export function essentialBuckets({ buckets }: Target): number[] {
  return [...buckets.keys()].filter(
    (index) => buckets[index]!.share > 0 || outdoing(buckets, index) === undefined,
  );
}

/** The target with some of its buckets alone. */
export function withOnly(target: Target, indices: readonly number[]): Target {
  return { ...target, buckets: indices.map((index) => target.buckets[index]!) };
}

/**
 * The settings found for some buckets, for all of them: the others' micro-batches fall as that of the bucket which outdoes
 * them did, so that they still do not exceed it.
 */
export function forAllBuckets(found: Target, asked: Target, indices: readonly number[]): Target {
  const batchOf = (index: number): number => {
    const place = indices.indexOf(index);
    if (place >= 0) return found.buckets[place]!.batch;
    const above = outdoing(asked.buckets, index)!;
    const ratio = batchOf(above) / asked.buckets[above]!.batch;
    return Math.max(1, Math.floor(asked.buckets[index]!.batch * ratio));
  };
  const batches = asked.buckets.map((_, index) => batchOf(index));
  return withBatches({ ...found, buckets: asked.buckets }, batches, found.accumulation);
}

/** A bucket of the same size with at least the frames and the batch; of equals the first outdoes the rest. */
function outdoing(buckets: readonly Bucket[], index: number): number | undefined {
  const own = buckets[index]!;
  const found = buckets.findIndex(
    (other, place) =>
      place !== index &&
      other.height === own.height &&
      other.width === own.width &&
      other.frames >= own.frames &&
      other.batch >= own.batch &&
      (other.frames > own.frames || other.batch > own.batch || place < index),
  );
  return found < 0 ? undefined : found;
}
