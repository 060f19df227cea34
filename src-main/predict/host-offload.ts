import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';
import { sequenceShare } from './sequence-share.js';

/** main:configs/diffusion/train/stage2_i2v.py `grad_ckpt_buffer_size`, in elements of the run's type. */
const publishedElements = 25 * 1024 ** 3;

/**
 * Elements that the buffer for checkpoints must have: the input of every checkpointed block, image and text. With fewer
 * upstream raises "Activation buffer is full" (main:opensora/acceleration/checkpoint.py `ActivationManager.offload`); the
 * conditioning vector, common to all blocks, comes back at once and is none of them.
 */
export function offloadedElements(version: ModelVersion, target: Target, bucket: Bucket): number {
  const tokens = bucket.batch * (bucket.latentFrames * bucket.spatialTokens + version.textTokens);
  const blocks = Object.values(target.checkpointedBlocks).reduce((sum, count) => sum + count, 0);
  return Math.ceil(tokens * sequenceShare(version, target, bucket)) * version.hidden * blocks;
}

/** Pinned host memory of checkpoints; upstream's config reserves 50 GiB a rank whatever the shape: the top. Bytes. */
export function offloadPart(version: ModelVersion, target: Target): RangedPart[] {
  if (!target.offload || target.task === 'infer') return [];
  const element = bytesPerElement[target.dtype];
  const elements = Math.max(...target.buckets.map((bucket) => offloadedElements(version, target, bucket)));
  const part = rangedPart(
    'offloaded-checkpoints',
    'Checkpoints in pinned memory',
    element * elements,
    'modelled',
    spreads.counted,
    `grad_ckpt_buffer_size must be at least ${elements} elements; with less upstream stops with "Activation buffer is full". Its own config reserves 25 × 2^30 (main:configs/diffusion/train/stage2_i2v.py)`,
  );
  return [{ ...part, range: [part.range[0], Math.max(part.range[1], element * publishedElements)] }];
}
