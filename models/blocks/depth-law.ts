import type { BlockAnalysis, PlannedBlock } from './types.js';

/** What of a block's analysis the law reads. */
export type DepthTerms = Pick<BlockAnalysis, 'liveBytes' | 'heldForBackwardBytes' | 'parameterBytes'>;

/**
 * Live peak of a training step of many blocks from the analysis of one block of each kind, in bytes: weights and
 * optimiser state left out, gradients in it.
 *
 * While the backward is in one block, everything is there that the blocks before it hold, that block's own peak, and
 * the gradients of the blocks after it. It is the highest where one of these is: in the last block where activations
 * outweigh gradients, in the first where gradients do. Within 0.1 % of the schedule of the whole graph
 * (test/models/blocks/depth-law.test.ts).
 *
 * @param blocks in the order in which they run
 * @param one analysis of a training step of one such block, without AdamW
 */
export function liveAtDepth(
  blocks: readonly PlannedBlock[],
  one: (block: PlannedBlock) => DepthTerms,
): number {
  const terms = blocks.map(one);
  let gradients = terms.reduce((sum, { parameterBytes }) => sum + parameterBytes, 0);
  let held = 0;
  let peak = 0;
  for (const { liveBytes, heldForBackwardBytes, parameterBytes } of terms) {
    gradients -= parameterBytes;
    peak = Math.max(peak, held + liveBytes + gradients);
    held += heldForBackwardBytes;
  }
  return peak;
}
