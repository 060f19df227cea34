import type { Architecture } from '../../models/blocks/architecture.js';
import { modelBlocks } from '../../models/blocks/model-blocks.js';
import type { PlannedBlock, RankShare, StepShape } from '../../models/blocks/types.js';
import type { ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import { targetShape } from '../predict/analyser.js';
import { zeroRanks } from '../predict/ranks.js';
import { sequenceShare } from '../predict/sequence-share.js';

/** The step of one bucket as one GPU of the target has it, in the target's type. */
export function rankStep(
  version: ModelVersion,
  architecture: Architecture,
  target: Target,
  bucket: Bucket,
  sharedWeights: boolean,
): StepShape {
  const { model, task, dtype, batch } = targetShape(version, target, bucket, 'spatial');
  const share = sequenceShare(version, target, bucket);
  return {
    ...{ model, task, dtype, batch, sharedWeights },
    ...ownGrid(architecture, bucket, share),
    optimizer: task === 'train',
    blocks: heldBlocks(version, target),
    rank: rankShare(target),
  };
}

/** A LoRA's states are in no graph: then no parameter is stepped, and each gradient is freed as soon as it was made. */
function rankShare(target: Target): RankShare {
  const { plugin, tensorParallel: tensorRanks, loraRank } = target;
  if (loraRank !== null) return { optimised: 0, allGradients: false, tensorRanks };
  return { optimised: 1 / zeroRanks(target), allGradients: plugin === 'zero1', tensorRanks };
}

/**
 * The model's blocks; where checkpoints wait in host memory, which ONNX Runtime cannot move there, of those that are
 * checkpointed the first of each kind: as many checkpoints as the run has on the GPU at once.
 */
function heldBlocks(version: ModelVersion, target: Target): PlannedBlock[] {
  const training = target.task === 'train';
  const blocks = modelBlocks(version, training ? target.checkpointedBlocks : {});
  if (!target.offload || !training) return blocks;
  return blocks.filter(
    (block, index) => !block.checkpoint || blocks.findIndex(({ kind }) => kind === block.kind) === index,
  );
}

/** A token grid: latent frames, and rows and columns of each. */
type Grid = Pick<StepShape, 'latentFrames' | 'rows' | 'columns'>;

/**
 * The grid within a bucket's own that has a share of its tokens, or as few more as can be; of several the one with the
 * most latent frames. Of joint attention (v2.0) the share is of text and image together, and the text stays whole:
 * main:opensora/models/mmdit/distributed.py cuts the joint sequence, whose first rank has the text.
 */
export function ownGrid(
  { textTokens, attention }: Pick<Architecture, 'textTokens' | 'attention'>,
  { latentFrames, rows, columns }: Grid,
  share: number,
): Grid {
  if (share === 1) return { latentFrames, rows, columns };
  const text = attention.rotary.joint ? textTokens : 0;
  const wanted = Math.max(1, Math.ceil((text + latentFrames * rows * columns) * share) - text);
  let best: Grid = { latentFrames, rows, columns };
  const size = (grid: Grid) => grid.latentFrames * grid.rows * grid.columns;
  for (let frames = latentFrames; frames > 0; frames--)
    for (let high = rows; high > 0; high--) {
      const grid = { latentFrames: frames, rows: high, columns: Math.ceil(wanted / (frames * high)) };
      if (grid.columns <= columns && size(grid) < size(best)) best = grid;
    }
  return best;
}
