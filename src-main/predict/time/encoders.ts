import { bytesPerElement, type ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket, Target } from '../../contract/target.js';
import type { GpuSpec } from '../gpu-spec.js';
import { matmulRate, ratesOf } from './rates.js';
import { launchSeconds } from './roofline.js';
import { vaeLabour } from './vae-labour.js';
import type { Labour } from './vae-levels.js';

/** T5's embeddings are looked up and not multiplied: 32,128 words of 4,096. */
const embeddings = 32_128 * 4096;

/**
 * Seconds of T5 over the bucket's prompts, each padded to the version's text tokens; 2 operations a weight and token.
 * CLIP, a hundredth of it, is left out. Attention over 120 to 512 tokens is too.
 *
 * Inference encodes the prompt, and in v2.0 the empty one beside it (main:opensora/utils/sampling.py); v1.x has that
 * one's embedding as a weight.
 */
export function textSeconds(version: ModelVersion, target: Target, bucket: Bucket, gpu: GpuSpec): number {
  const encoder = version.components.find(({ id }) => id === 'text-encoder');
  if (encoder === undefined || target.cachedText) return 0;
  const prompts = bucket.batch * (target.task === 'infer' && version.id === 'v2.0' ? 2 : 1);
  const flops = 2 * (encoder.parameters - embeddings) * prompts * version.textTokens;
  return flops / matmulRate(gpu, encoder.dtype[target.task]);
}

/** Seconds of encoding the bucket's videos in training. */
export function encodeSeconds(version: ModelVersion, target: Target, bucket: Bucket, gpu: GpuSpec): number {
  return target.cachedVideo ? 0 : seconds(version, target, vaeLabour(version, target, bucket, 'encode'), gpu);
}

/** Seconds of decoding the bucket's videos in inference: every GPU of a group decodes the same. */
export function decodeSeconds(version: ModelVersion, target: Target, bucket: Bucket, gpu: GpuSpec): number {
  return seconds(version, target, vaeLabour(version, target, bucket, 'decode'), gpu);
}

/** The labour's bytes are those of bf16, and the VAE works in the run's type. */
function seconds(
  version: ModelVersion,
  { dtype }: Target,
  { flops, bytes, kernels }: Labour,
  gpu: GpuSpec,
): number {
  const rates = ratesOf(gpu, version, dtype);
  const moved = bytes * (rates.element / bytesPerElement.bf16);
  return Math.max(flops / rates.convolution + moved / rates.bytes, kernels * launchSeconds);
}
