import type { BlockShape } from '../../models/blocks/types.js';
import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import { type SelfAttention, selfAttentions } from './self-attention.js';

/** What one block keeps for its backward in upstream beyond the graph's ideal of fused kernels. Bytes. */
export interface Unfused {
  /** By the RMS norm of q and k, which runs in fp32 pieces. */
  norms: number;
  /** By attention off FlashAttention: its scores. */
  scores: number;
  /** By the second modulation for frames that a mask keeps as they are. */
  masks: number;
  /** Of the scores, what the backward of one block needs beyond that at its worst moment. */
  scoresTransient: number;
}

/**
 * Modulated norms of a block: with `mask_ratios` in its config each runs twice, and the second result is kept as a
 * product's factor (v1.2:opensora/models/stdit/stdit3.py, stdit2.py `x_mask`; scripts/train.py). All training
 * configs of v1.1 and v1.2 have them, and none of v1.0 and v1.3.
 */
const maskedNorms = { 'v1.0': 0, 'v1.1': 3, 'v1.2': 2, 'v1.3': 0, 'v2.0': 0 } as const;

/**
 * What PyTorch keeps where v1.x does not fuse, by element of a `[tokens, hidden]` tensor and by score.
 *
 * LlamaRMSNorm (v1.2:opensora/models/layers/blocks.py) turns its input to fp32, which `pow` and the product keep
 * (4 bytes), and multiplies the result, back in its own type, by the weight, which keeps it (2 bytes): for q and k each. In
 * fp32 the turn is no copy, so that the result alone is more.
 *
 * Attention without FlashAttention (the same file) keeps the softmax's result in fp32 (4 bytes a score) and in the
 * block's type (2); its batched products keep contiguous copies of q, k and v instead of the projection that these are
 * views of. v1.0 has no norm of q and k, and v2.0 nothing of this (Liger's fused kernels).
 */
export function unfusedTraining(
  version: ModelVersion,
  hidden: number,
  shape: BlockShape,
  flashAttention = true,
  sp = 1,
): Unfused {
  const element = bytesPerElement[shape.dtype];
  const tensor = tokensOf(shape) * hidden;
  const masks = maskedNorms[version.id] * tensor * element;
  const total: Unfused = { norms: 0, scores: 0, masks, scoresTransient: 0 };
  for (const attention of selfAttentions(version, shape, flashAttention, sp)) {
    const inside = insideOf(attention) * hidden;
    if (version.attention.qkNorm) {
      total.norms += inside * 2 * (element === 4 ? element : 4 + element);
    }
    if (attention.fused) continue;
    const scores = scoresOf(version, attention);
    const held = scores * (element === 4 ? 4 : 4 + element);
    total.scores += held;
    // The copies of q, k and v are kept in the projection's place, and those of q and k in their normed ones' place.
    if (version.attention.qkNorm && element !== 4) total.norms -= inside * 2 * element;
    // Softmax's backward: its result, its gradient and its input's gradient, all fp32; what the MLP kept is gone by then
    // (both inputs of its linear layers, 4 + 4 widths, the norm's result and its modulated form).
    const moment = scores * 12 - held;
    total.scoresTransient += Math.max(0, moment - tensor * 10 * element);
  }
  return total;
}

/**
 * The live peak of one block in upstream's inference: PyTorch frees a tensor when the last Python name of it goes,
 * later than our schedule. Counted by hand over the forward of each block, in tensors `[tokens, hidden]`; scores apart.
 *
 * v1.2, v1.3 `STDiT3Block` (stdit3.py): the caller's x; x, x_m, x_m_s and both sides of the GELU at the MLP (12); x, the
 * attention's input, q, k, v, the normed q and the fp32 pieces of k's norm (10), or q, k and the rotation's steps
 * (11), all of which but x are padded to whole windows in v1.3; v1.0, v1.1 `STDiTBlock` hold both branches' outputs too (14).
 * v2.0 (main:opensora/models/mmdit/layers.py): the double block's stream twice, its modulated form, q, k and v apart and
 * joined, the attention's output, x again, the MLP's input and both sides of its GELU (19); the single block's x, x_mod, q,
 * k, v with the MLP's input (5), attention (1), GELU (4) and their join (5) (19).
 */
const heldTensors = { spatiotemporal: 14, spatial: 12, temporal: 12, double: 19, single: 19 } as const;

/** Of the attention's moment: x, which is never padded, and the rest. */
const inAttention = { stream: 1, inside: 10 } as const;

/** Without FlashAttention: x, the attention's input, the projection, q and k, beside the scores. */
const besideScores = 7;

export function eagerInferencePeak(
  version: ModelVersion,
  hidden: number,
  shape: BlockShape,
  flashAttention = true,
  sp = 1,
): number {
  const element = bytesPerElement[shape.dtype];
  const joint = shape.block === 'double' || shape.block === 'single';
  const tokens = tokensOf(shape) + (joint ? shape.batch * version.textTokens : 0);
  const tensor = tokens * hidden * element;
  const moments = selfAttentions(version, shape, flashAttention, sp).map((attention) => {
    const inside = insideOf(attention) * hidden * element;
    return attention.fused
      ? inAttention.stream * tensor + inAttention.inside * inside
      : // Scores in fp32 and their softmax.
        tensor + (besideScores - 1) * inside + 8 * scoresOf(version, attention);
  });
  return Math.max(heldTensors[shape.block] * tensor, ...moments);
}

/** Tokens inside an attention: the block's own, or more where v1.3 pads them to whole windows. */
function insideOf({ groups, length }: SelfAttention): number {
  return groups * length;
}

function scoresOf(version: ModelVersion, { groups, length }: SelfAttention): number {
  return version.heads * groups * length ** 2;
}

function tokensOf({ batch, latentFrames, rows, columns }: BlockShape): number {
  return batch * latentFrames * rows * columns;
}
