import type { ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';

/**
 * Share of a bucket's tokens that each GPU of a sequence group works on.
 *
 * v2.0 cuts text and image together, text first, and gives sequence parallelism up for a forward in which a GPU would
 * get text alone: then each works on all of it (main:opensora/models/mmdit/distributed.py `if 0 in img_splits`). With
 * 512 text tokens over 4 GPUs that is any sample of no more than 1,536 image tokens, such as 256px up to 21 frames.
 * Upstream's own batches for 256px images agree: 195 samples of 768 tokens nearly fill the 25 × 2^30 elements of
 * `stage2_i2v.py`'s checkpoint buffer whole, and a quarter of it would not.
 */
export function sequenceShare(version: ModelVersion, target: Target, bucket: Bucket): number {
  const ranks = target.sequenceParallel;
  if (version.id !== 'v2.0' || ranks === 1) return 1 / ranks;
  const image = bucket.latentFrames * bucket.spatialTokens;
  // Text is padded until the sum divides: main:opensora/models/text/conditioner.py.
  const joint = ranks * Math.ceil((version.textTokens + image) / ranks);
  const text = joint - image;
  return text >= joint / ranks ? 1 : 1 / ranks;
}
