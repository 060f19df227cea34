import type { BlockShape } from '../../models/blocks/types.js';
import type { ModelVersion } from '../../models/catalog/types.js';

/** One self-attention of a block: so many sequences of so many tokens, and whether FlashAttention or SDPA computes it. */
export interface SelfAttention {
  branch: 'spatial' | 'temporal';
  groups: number;
  length: number;
  /** False where upstream holds the whole matrix of scores. */
  fused: boolean;
}

/**
 * The self-attentions of one STDiT block, and which of them upstream computes without FlashAttention. v2.0 has no
 * other attention than FlashAttention (main:opensora/models/mmdit/math.py).
 *
 * @param flashAttention false on a card that it does not run on: the config must say `enable_flash_attn=False` there, and
 *   then every self-attention holds its scores, v1.3's windows too, whose SDPA hangs on the same switch
 *   (v1.3:opensora/models/layers/blocks.py `enable_sdpa`). Cross-attention is xformers' and runs anywhere.
 * FlashAttention takes fp16 and bf16 alone, so that fp32 goes the same way on any card.
 * @param sp GPUs of a sequence group; the shape is of all its tokens
 */
export function selfAttentions(
  version: ModelVersion,
  shape: BlockShape,
  flashAttention = true,
  sp = 1,
): SelfAttention[] {
  const { block, batch, latentFrames, rows, columns, dtype } = shape;
  const of = (branch: SelfAttention['branch'], groups: number, length: number): SelfAttention => ({
    branch,
    groups,
    length,
    fused: flashAttention && dtype !== 'fp32' && isFused(version, shape, { branch, groups, length }, sp),
  });
  const spatial = () => of('spatial', batch * latentFrames, rows * columns);
  const temporal = () => {
    const window = version.attention.temporalWindow;
    if (window === null) return of('temporal', batch * rows * columns, latentFrames);
    const [high, wide] = window;
    const windows = Math.ceil(rows / high) * Math.ceil(columns / wide);
    return of('temporal', batch * windows, high * wide * latentFrames);
  };
  if (block === 'spatiotemporal') return [spatial(), temporal()];
  if (block === 'spatial') return [spatial()];
  return block === 'temporal' ? [temporal()] : [];
}

/**
 * v1.0 takes FlashAttention always (v1.0:opensora/models/layers/blocks.py Attention); v1.1 and v1.2 where a sequence
 * is longer than there are sequences (the same file, `N > B`), which temporal attention hardly ever is; v1.3 where it
 * is longer than 128 tokens, with SDPA in the windows (v1.3: the same file, `N > 128`).
 *
 * Sequence groups have a class of their own, SeqParallelAttention: v1.2's, which spatial attention has, takes FlashAttention
 * always, and places are shared in the temporal one; v1.3's asks whether a GPU's own tokens of a sample (in a frame, of spatial
 * attention) are more than the sequences or windows (`N > qkv_b`).
 */
function isFused(
  version: ModelVersion,
  { latentFrames, rows, columns }: BlockShape,
  { branch, groups, length }: Omit<SelfAttention, 'fused'>,
  sp: number,
): boolean {
  if (version.id === 'v1.0') return true;
  if (version.id !== 'v1.3') return (sp > 1 && branch === 'spatial') || length > groups / sp;
  if (sp === 1) return length > 128;
  const own = (rows * columns * (branch === 'temporal' ? latentFrames : 1)) / sp;
  return own > groups;
}
