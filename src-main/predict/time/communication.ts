import { type BlockKind, bytesPerElement, type ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket, Target } from '../../contract/target.js';
import type { GpuSpec } from '../gpu-spec.js';
import { zeroRanks } from '../ranks.js';
import { sequenceShare } from '../sequence-share.js';
import { trainedOnRank } from '../tensor-share.js';
import { exchangeSeconds, linkOf, ringSeconds } from './links.js';

/** Seconds in which a GPU waits for others, on each micro-step or optimiser step. */
export interface GradientSeconds {
  everyMicroStep: number;
  everyStep: number;
}

/**
 * Reducing gradients, and gathering the updated weights (colossalai/zero/low_level/low_level_optim.py).
 *
 * ZeRO-2 reduce-scatters each bucket on every micro-step; ZeRO-1 all-reduces on the last one alone (`no_sync`). Both run
 * in a stream of their own during the backward (`overlap_communication`, the default, which upstream leaves on), so that
 * only what outlasts the backward and the last bucket, which nothing is left to hide, are waited for. The gathering
 * after the step is not hidden (v1.x: `overlap_allgather` off; v2.0's configs switch it off).
 *
 * @param backward seconds of one micro-step's backward
 */
export function gradientSeconds(
  version: ModelVersion,
  target: Target,
  gpu: GpuSpec,
  backward: number,
): GradientSeconds {
  const ranks = zeroRanks(target);
  if (ranks <= 1) return { everyMicroStep: 0, everyStep: 0 };
  const link = linkOf(target, gpu, target.gpuCount);
  const bytes = trainedOnRank(version, target) * bytesPerElement[target.dtype];
  const bucket = Math.min(bytes, version.training.reduceBucketElements * bytesPerElement[target.dtype]);
  const times = target.plugin === 'zero1' ? 2 : 1;
  const whole = times * ringSeconds(link, ranks, bytes);
  const waited = Math.max(whole - backward, times * ringSeconds(link, ranks, bucket));
  const gathered = ringSeconds(link, ranks, bytes);
  return target.plugin === 'zero1'
    ? { everyMicroStep: 0, everyStep: waited + gathered }
    : { everyMicroStep: waited, everyStep: gathered };
}

/** All-reduces of the stream in one forward: after attention and after the MLP; the single block joins both. */
const tensorReductions: Partial<Record<BlockKind, number>> = { double: 2, single: 1 };

/**
 * Widths that a token of v1.x takes through all-to-all in one forward of a block: q, k, v and the output of spatial attention,
 * q and output of cross-attention (v1.2:opensora/models/layers/blocks.py SeqParallelAttention,
 * SeqParallelMultiHeadCrossAttention). The temporal block shares places, so that it needs no other GPU.
 */
const exchangedWidths: Partial<Record<BlockKind, number>> = { spatial: 6, spatiotemporal: 6 };

/**
 * Seconds of one pass of one block in which a GPU waits for its sequence or tensor group. A backward takes as many
 * again; ring attention twice as many, since gradients of keys and values travel with them.
 *
 * v2.0 shares a sequence by ring attention (main:configs/diffusion/train/stage2.py), whose transfers run while attention
 * is computed: what outlasts it is waited for.
 *
 * @param attention seconds of attention in that pass
 */
export function groupSeconds(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  kind: BlockKind,
  gpu: GpuSpec,
  attention: number,
): number {
  const tp = target.tensorParallel;
  const sp = 1 / sequenceShare(version, target, bucket);
  if (sp * tp <= 1) return 0;
  const link = linkOf(target, gpu, target.sequenceParallel * tp);
  const samples = bucket.batch * (target.task === 'infer' ? version.guidanceBatch : 1);
  const joint = version.id === 'v2.0' ? version.textTokens : 0;
  const tokens = samples * (bucket.latentFrames * bucket.spatialTokens + joint);
  const stream = (tokens / sp) * version.hidden * bytesPerElement[target.dtype];
  const reduced = 2 * (tensorReductions[kind] ?? 0) * ringSeconds(link, tp, stream);
  if (version.id !== 'v2.0') {
    return exchangeSeconds(link, sp, (exchangedWidths[kind] ?? 0) * stream);
  }
  // Keys and values of every other rank pass by, heads divided among tensor ranks.
  const passing = sp <= 1 ? 0 : ((sp - 1) * 2 * stream) / tp / link.ring + (sp - 1) * link.latency;
  return reduced + Math.max(0, passing - attention);
}
