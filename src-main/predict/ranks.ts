import type { Target } from '../contract/target.js';

/** GPUs that a node of the run has. */
export function gpusOfNode({ gpuCount, nodes }: Target): number {
  return gpuCount / nodes;
}

/** GPUs over which the batch is spread, each group of sequence and tensor ranks being one. */
export function dataRanks({ gpuCount, sequenceParallel, tensorParallel }: Target): number {
  return gpuCount / (sequenceParallel * tensorParallel);
}

/** GPUs that share the optimiser's states: ZeRO shards over data-parallel and sequence ranks alike. */
export function zeroRanks({ gpuCount, tensorParallel }: Target): number {
  return gpuCount / tensorParallel;
}
