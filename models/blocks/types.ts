import type { BlockKind, Dtype, ModelId, Task } from '../catalog/types.js';

/** What is built: `depth` blocks of one kind, one after the other, at one shape. */
export interface BlockShape {
  model: ModelId;
  block: BlockKind;
  task: Task;
  dtype: Dtype;
  /** Samples. */
  batch: number;
  latentFrames: number;
  /** Token grid of one latent frame. */
  rows: number;
  columns: number;
  depth: number;
  /** Recompute each block in the backward from its input. */
  checkpoint: boolean;
  /** AdamW after the backward. */
  optimizer: boolean;
}

/** One block of a step, and whether the backward recomputes it from its input. */
export interface PlannedBlock {
  kind: BlockKind;
  checkpoint: boolean;
}

/** What one rank of several has of a training step, or, by `tensorRanks`, of any. */
export interface RankShare {
  /**
   * Share of the parameters, by elements, whose optimiser states are held and stepped here, 0 to 1: under ZeRO one over
   * its ranks. `optimisedOf` says which.
   */
  optimised: number;
  /** Whether the gradients of all parameters are held to the end (ZeRO-1), or those of the optimised ones alone. */
  allGradients: boolean;
  /** Ranks that share the heads and widths of each of v2.0's blocks; must divide the heads. */
  tensorRanks: number;
}

/** A step of several kinds of block, in the order in which they run: a whole model's, or a part of it. */
export interface StepShape extends Omit<BlockShape, 'block' | 'depth' | 'checkpoint'> {
  blocks: readonly PlannedBlock[];
  /** Left out where one rank has all of it, as in a probe. */
  rank?: RankShare;
  /**
   * The weights of all blocks of a kind are the same bytes, and so are their optimiser states: where the memory for all of
   * them is not there. Each block still has gradients and an update of its own.
   */
  sharedWeights: boolean;
}

/** What the graph alone says of a shape. Bytes in the shape's dtype. */
export interface BlockAnalysis {
  /** Of one block. */
  parameters: number;
  /** Floating-point operations of the whole graph (multiply-add = 2). */
  flops: number;
  /** Of those, what attention's products of queries, keys and values do. */
  attentionFlops: number;
  /** Kept from forward to backward by PyTorch's rules (fused norms, FlashAttention), unique storages. 0 for inference. */
  savedForBackwardBytes: number;
  /** Of those, what all blocks of a model share and so counts once. */
  sharedSavedBytes: number;
  /** Peak of the tensors alive at once in the schedule that is run, weights and optimiser state left out. */
  liveBytes: number;
  /** Of the peak, what only our chunked attention backward holds. */
  attentionScratchBytes: number;
  /**
   * The same peak as kernels fused as PyTorch's would have it: without what only the arithmetic of our rules
   * holds (attention scratch, and the steps of a norm's or an activation's gradient). Gradients are in it.
   */
  fusedLiveBytes: number;
  /** What our own graph holds from the forward to the backward; beside it stands the last block's output. */
  heldForBackwardBytes: number;
  /** One block's input: what a checkpoint keeps. */
  blockInputBytes: number;
  parameterBytes: number;
  optimizerStateBytes: number;
  nodes: number;
}
