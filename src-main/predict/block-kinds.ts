import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import { type Analyse, blockKinds, shapeOf, targetShape } from './analyser.js';
import { measuredLiveBytes, nearestMeasured } from './nearest-probe.js';
import { type Spread, spreads } from './parts.js';
import { inferenceShare, trainingShare } from './tensor-share.js';
import { eagerInferencePeak, type Unfused, unfusedTraining } from './unfused.js';

/** One kind of block as the target has it. Bytes of all the bucket's tokens; `tensorShare` and sequence shares not taken. */
export interface Kind {
  kind: BlockKind;
  depth: number;
  checkpointed: number;
  analysis: BlockAnalysis;
  live: Live;
  unfused: Unfused;
  /** Live peak of the block in upstream's inference; 0 in training. */
  eagerBytes: number;
  /** What tensor parallelism leaves of the block's own tensors on each GPU, 0–1. */
  tensorShare: number;
}

interface Live {
  /** Live peak of one block with kernels fused as PyTorch has them. */
  bytes: number;
  evidence: 'measured' | 'modelled';
  spread: Spread;
  note: string;
  /** Whether it was scaled from a run of another size or type. */
  scaled: boolean;
}

const nothingUnfused: Unfused = { norms: 0, scores: 0, masks: 0, scoresTransient: 0 };

/**
 * The version's kinds of block at one bucket's shape.
 *
 * @param flashAttention whether it runs on the card; without it v1.x holds all scores
 */
export function kindsOf(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention: boolean,
): Kind[] {
  const training = target.task === 'train';
  return blockKinds(version).map(({ kind, depth }) => {
    const shape = targetShape(version, target, bucket, kind);
    const analysis = analyse(shape);
    const ranks = target.tensorParallel;
    const sp = target.sequenceParallel;
    return {
      kind,
      depth,
      checkpointed: target.checkpointedBlocks[kind] ?? 0,
      analysis,
      live: liveOf(shape, analysis, probes, analyse),
      unfused: training
        ? unfusedTraining(version, version.hidden, shape, flashAttention, sp)
        : nothingUnfused,
      eagerBytes: training ? 0 : eagerInferencePeak(version, version.hidden, shape, flashAttention, sp),
      tensorShare: training
        ? trainingShare(kind, shape.batch, ownSaved(analysis), analysis.blockInputBytes, ranks)
        : inferenceShare(kind, ranks),
    };
  });
}

/** What one block keeps for the backward beside what all share. */
export function ownSaved(analysis: BlockAnalysis): number {
  return analysis.savedForBackwardBytes - analysis.sharedSavedBytes;
}

/** From a probe where there is one, scaled by what the graph says of the two shapes; else from the graph alone. */
function liveOf(
  shape: BlockShape,
  analysis: BlockAnalysis,
  probes: readonly Probe[],
  analyse: Analyse,
): Live {
  const graph = analysis.fusedLiveBytes;
  const measured = nearestMeasured(probes, shape, measuredLiveBytes);
  if (measured === undefined) {
    const spread = shape.task === 'infer' ? spreads.inferenceBlock : spreads.block;
    return { bytes: graph, evidence: 'modelled', spread, note: 'from the graph alone', scaled: false };
  }
  const ratio = measured.value / analyse(shapeOf(measured.probe.point)).liveBytes;
  const { dtype, batch, frames, resolution } = measured.probe.point;
  const bytes = graph * ratio;
  if (measured.exact) {
    const note = 'measured at this shape and type';
    return { bytes, evidence: 'measured', spread: spreads.measured, note, scaled: false };
  }
  return {
    bytes,
    evidence: 'modelled',
    scaled: true,
    spread: dtype === shape.dtype ? spreads.scaled : spreads.rescaled,
    note: `scaled by the graph from a probe in ${dtype} at ${resolution}, ${frames} frames, batch ${batch} (measured ÷ graph ${ratio.toFixed(3)})`,
  };
}
