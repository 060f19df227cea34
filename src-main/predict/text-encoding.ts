import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import { type RangedPart, rangedPart, type Spread } from './parts.js';

/** T5-v1.1-XXL: google/t5-v1_1-xxl config.json `d_model`, `num_heads` (of 64, so that all are as wide as the stream), `d_ff`. */
const t5 = { width: 4096, heads: 64, feedForward: 10_240 } as const;

/** A transformers that computes T5's attention without whole scores needs a third of it or less. */
const spread: Spread = { low: 0.3, high: 1.1 };

/** Of tensors of known size, which may be copied once where some prompts are dropped. */
const embeddingsSpread: Spread = { low: 1, high: 2 };

/**
 * What T5 works in at its most, in bytes a token: all prompts of a micro-batch go through it at once, each padded to the
 * version's text tokens (v1.2:opensora/models/text_encoder/t5.py, main:opensora/models/text/conditioner.py).
 *
 * transformers' modeling_t5.py T5Attention: the stream, its norm's result, q, k and v (5 widths); for each head and
 * position the bias with the mask in it, the scores, and both sides of the softmax in fp32 (12 bytes in bf16; in fp32, where turning
 * is no copy, the bias, the scores and their softmax, 12 too). T5DenseGatedActDense: the stream and its norm's result (2 widths) and
 * four steps of the GELU at the MLP's width, beside that bias, which all layers share.
 */
export function t5BytesOfToken(textTokens: number, element: number): number {
  const positions = t5.heads * textTokens;
  const attention = 5 * t5.width * element + 12 * positions;
  const feedForward = (2 * t5.width + 4 * t5.feedForward) * element + element * positions;
  return Math.max(attention, feedForward);
}

/** What encoding a bucket's prompts adds on each GPU beside T5's weights; nothing where their features were made before. */
export function textParts(version: ModelVersion, target: Target, bucket: Bucket): RangedPart[] {
  const encoder = version.components.find(({ id }) => id === 'text-encoder');
  if (encoder === undefined || target.cachedText) return [];
  const { textTokens } = version;
  const dtype = encoder.dtype[target.task];
  return [
    rangedPart(
      'text-encode',
      'Text encoding',
      bucket.batch * textTokens * t5BytesOfToken(textTokens, bytesPerElement[dtype]),
      'modelled',
      spread,
      `T5 over ${bucket.batch === 1 ? 'one prompt' : `${bucket.batch} prompts at once`} of ${textTokens} tokens in ${dtype}, with the scores of its attention (transformers' modeling_t5.py)`,
    ),
  ];
}

/**
 * T5's results, which the step's inputs hold until its end, whole on each GPU of a group: `model_args['y']` of
 * v1.2:scripts/train.py, `inp['txt']` of main:scripts/diffusion/train.py. Cached ones arrive in the run's type.
 */
export function textEmbeddings(version: ModelVersion, target: Target, bucket: Bucket): RangedPart {
  const encoder = version.components.find(({ id }) => id === 'text-encoder');
  const dtype = target.cachedText || encoder === undefined ? target.dtype : encoder.dtype[target.task];
  return rangedPart(
    'text-embeddings',
    'Encoded prompts',
    bucket.batch * version.textTokens * t5.width * bytesPerElement[dtype],
    'modelled',
    embeddingsSpread,
    `${bucket.batch} × ${version.textTokens} tokens of ${t5.width} in ${dtype}`,
  );
}
