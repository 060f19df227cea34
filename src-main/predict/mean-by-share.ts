import type { Bucket } from '../contract/target.js';

/** The buckets' mean of a figure by their shares of the steps; the largest where no bucket has a share. */
export function meanByShare(buckets: readonly Bucket[], value: (bucket: Bucket) => number): number {
  const shares = buckets.reduce((sum, { share }) => sum + share, 0);
  if (shares === 0) return Math.max(...buckets.map(value));
  return buckets.reduce((sum, bucket) => sum + bucket.share * value(bucket), 0) / shares;
}
