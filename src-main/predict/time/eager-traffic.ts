import type { BlockShape } from '../../../models/blocks/types.js';
import { type BlockKind, bytesPerElement, type ModelVersion } from '../../../models/catalog/types.js';
import { selfAttentions } from '../self-attention.js';

/** What one forward of a block moves through the GPU's memory outside its linear layers, and its kernels. */
export interface Traffic {
  bytes: number;
  /** Kernels that Python launches one by one. */
  kernels: number;
}

/**
 * Passes over a `[tokens, hidden]` tensor in the block's type, a read or a write each, counted by hand over upstream's
 * forward. PyTorch runs each operation as a kernel of its own.
 *
 * v1.2 `STDiT3Block` (v1.2:opensora/models/stdit/stdit3.py): norm (2), its scale and shift (4), attention's q, k, v and
 * output (4), gate (2), sum (3), cross-attention's q and output (2), sum (3), norm (2), scale and shift (4), GELU of four
 * widths (8), gate (2), sum (3). v1.0's and v1.1's one block has both branches of attention.
 * v2.0 (main:opensora/models/mmdit/layers.py): norms and modulation (12), Liger's norms of q and k (4), joins (6), Liger's
 * rotation with its copies (8), attention (4), gates and sums (10), GELU (8); single: norm and modulation (6), norms of q
 * and k (4), rotation (8), attention (4), GELU (8), join (10), gate and sum (5).
 */
const passes: Record<BlockKind, number> = {
  spatial: 39,
  temporal: 39,
  spatiotemporal: 48,
  double: 52,
  single: 45,
};

/** Turning places to tracks and back: `rearrange` to `(B S) T C` and back copies. */
const turning: Record<BlockKind, number> = {
  spatial: 0,
  temporal: 4,
  spatiotemporal: 4,
  double: 0,
  single: 0,
};

/** Launches beside those below: linears, norms, modulation, gates, sums, views that copy. Counted likewise. */
const launches: Record<BlockKind, number> = {
  spatial: 32,
  temporal: 34,
  spatiotemporal: 42,
  double: 72,
  single: 34,
};

/**
 * With a mask over frames the modulated norm (6 passes) and the gate (2) run again and are chosen from (3), at the
 * attention and at the MLP: v1.2:opensora/models/stdit/stdit3.py `x_mask`. Its inference always has one
 * (v1.2:opensora/utils/inference_utils.py apply_mask_strategy), its training nearly always; v1.1's block has three norms.
 */
const maskedPasses = { 'v1.0': 0, 'v1.1': 42, 'v1.2': 28, 'v1.3': 0, 'v2.0': 0 } as const;
const maskedLaunches = { 'v1.0': 0, 'v1.1': 27, 'v1.2': 18, 'v1.3': 0, 'v2.0': 0 } as const;

/** Bytes an element of LlamaRMSNorm: to fp32, square, mean, product, back, times weight; element-sized sides apart. */
const normWide = 28;
const normOwn = 4;
const normLaunches = 8;

/** Passes of rotary_embedding_torch over one of q and k: two products, each scaled, halves turned and stacked, sum, join. */
const rotaryPasses = 16;
const rotaryLaunches = 9;

/**
 * Attention off FlashAttention, bytes a score: written, turned to fp32, softmax, turned back, read; and copies of q, k
 * and v for the batched product, with q's scaling and the output's copy (10 passes).
 */
const scoreWide = 16;
const scoreOwn = 4;
const unfusedPasses = 10;
const unfusedLaunches = 9;

/**
 * @param flashAttention whether the card runs FlashAttention; without it every self-attention holds its scores
 * @param sp GPUs of v1.x's sequence group
 */
export function forwardTraffic(
  version: ModelVersion,
  shape: BlockShape,
  flashAttention: boolean,
  sp = 1,
): Traffic {
  const { block, batch } = shape;
  const element = bytesPerElement[shape.dtype];
  const joint = block === 'double' || block === 'single';
  const video = batch * shape.latentFrames * shape.rows * shape.columns;
  const tokens = video + (joint ? batch * version.textTokens : 0);
  const size = tokens * version.hidden;
  let count = passes[block] + turning[block] + maskedPasses[version.id];
  let kernels = launches[block] + maskedLaunches[version.id];
  let bytes = 0;
  for (const { branch, groups, length, fused } of attentionsOf(version, shape, tokens, sp)) {
    if (version.attention.qkNorm && !joint) {
      bytes += 2 * size * (normWide + normOwn * element);
      kernels += 2 * normLaunches;
    }
    if (!joint && version.attention.rotary[branch]) {
      count += 2 * rotaryPasses;
      kernels += 2 * rotaryLaunches;
    }
    if (fused && flashAttention) continue;
    bytes += version.heads * groups * length ** 2 * (scoreWide + scoreOwn * element);
    count += unfusedPasses;
    kernels += unfusedLaunches;
  }
  return { bytes: bytes + count * size * element, kernels };
}

/** v2.0's joint attention is one of all tokens. */
function attentionsOf(version: ModelVersion, shape: BlockShape, tokens: number, sp: number) {
  if (shape.block !== 'double' && shape.block !== 'single') return selfAttentions(version, shape, true, sp);
  return [{ branch: 'spatial' as const, groups: shape.batch, length: tokens / shape.batch, fused: true }];
}
