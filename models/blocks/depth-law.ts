import type { BlockAnalysis } from './types.js';

/** What the law reads of one block's training step without AdamW. Bytes. */
export interface DepthTerms extends Pick<BlockAnalysis, 'liveBytes' | 'heldForBackwardBytes'> {
  /** Gradients of the block's parameters that are held to the end of the step. */
  gradientBytes: number;
}

/** A live peak, and what it consists of. Bytes. */
export interface DepthPeak {
  bytes: number;
  /** Of it, what each block before the one under way holds for the backward, in their order. */
  held: number[];
  /** Of it, gradients of the blocks whose backward is done. */
  gradients: number;
}

/**
 * Live peak of a step of many blocks from the analysis of each: weights and optimiser state left out, gradients in it.
 *
 * While the backward is in one block, everything is there that the blocks before it hold, that block's own peak, and
 * the gradients of the blocks after it. It is the highest where one of these is: in the last block where activations
 * outweigh gradients, in the first where gradients do, or in the update after them. Within 0.1 % of the schedule of the
 * whole graph (test/models/blocks/depth-law.test.ts).
 *
 * @param blocks in the order in which they run
 * @param updateBytes the most that is alive while AdamW steps one parameter after the other, gradients included
 */
export function liveAtDepth(blocks: readonly DepthTerms[], updateBytes = 0): DepthPeak {
  let gradients = blocks.reduce((sum, { gradientBytes }) => sum + gradientBytes, 0);
  let peak: DepthPeak = { bytes: updateBytes, held: [], gradients: Math.min(gradients, updateBytes) };
  const held: number[] = [];
  let heldBytes = 0;
  for (const { liveBytes, heldForBackwardBytes, gradientBytes } of blocks) {
    gradients -= gradientBytes;
    const bytes = heldBytes + liveBytes + gradients;
    if (bytes > peak.bytes) peak = { bytes, held: [...held], gradients };
    held.push(heldForBackwardBytes);
    heldBytes += heldForBackwardBytes;
  }
  return peak;
}
