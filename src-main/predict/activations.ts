import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import { type Analyse, blockKinds, shapeOf, targetShape } from './analyser.js';
import { measuredLiveBytes, nearestMeasured } from './nearest-probe.js';
import { type RangedPart, rangedPart, type Spread, spreads } from './parts.js';

/** One kind of block as the target has it. */
interface Kind {
  kind: string;
  depth: number;
  checkpointed: number;
  analysis: BlockAnalysis;
  live: Live;
}

interface Live {
  /** Live peak of one block with kernels fused as PyTorch has them. */
  bytes: number;
  evidence: 'measured' | 'modelled';
  spread: Spread;
  note: string;
}

/**
 * Activations of one training micro-batch on each GPU, in bytes: what the blocks keep for the backward, what
 * checkpoints keep, and what the block under way adds to that at its peak.
 *
 * Sequence ranks share the tokens evenly. What only our own rules hold (attention scratch, steps of a norm's gradient) is in no part: PyTorch has none.
 */
export function trainingActivations(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
): RangedPart[] {
  const kinds = kindsOf(version, target, bucket, probes, analyse);
  const fused = version.id === 'v2.0';
  const share = 1 / target.sequenceParallel;
  const own = ({ analysis }: Kind) => analysis.savedForBackwardBytes - analysis.sharedSavedBytes;
  const shared = Math.max(...kinds.map(({ analysis }) => analysis.sharedSavedBytes));
  const saved = sum(kinds, (kind) => (kind.depth - kind.checkpointed) * own(kind)) + shared;
  const checkpoints = sum(kinds, ({ checkpointed, analysis }) => checkpointed * analysis.blockInputBytes);
  const parts = [
    rangedPart(
      'saved-activations',
      'Activations saved for the backward',
      saved * share,
      'modelled',
      fused ? spreads.fusedActivations : spreads.unfusedActivations,
      `${sum(kinds, ({ depth, checkpointed }) => depth - checkpointed)} blocks that are not checkpointed, from the graph with fused norms and FlashAttention; what all blocks share once`,
    ),
    rangedPart(
      'checkpoints',
      'Checkpoints',
      checkpoints * share,
      'modelled',
      spreads.checkpoints,
      `the inputs of ${sum(kinds, ({ checkpointed }) => checkpointed)} checkpointed blocks`,
    ),
    underWay(kinds, share),
  ];
  return parts;
}

/** The live peak of one block at the guidance batch: the whole of inference's activations. Bytes. */
export function inferenceActivations(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
): RangedPart[] {
  const kinds = kindsOf(version, target, bucket, probes, analyse);
  return [underWay(kinds, 1 / target.sequenceParallel)];
}

function kindsOf(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
): Kind[] {
  return blockKinds(version).map(({ kind, depth }) => {
    const shape = targetShape(version, target, bucket, kind);
    const analysis = analyse(shape);
    return {
      kind,
      depth,
      checkpointed: target.checkpointedBlocks[kind] ?? 0,
      analysis,
      live: liveOf(shape, analysis, probes, analyse),
    };
  });
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
    const spread = shape.model === 'v2.0' ? spreads.fusedBlock : spreads.unfusedBlock;
    return { bytes: graph, evidence: 'modelled', spread, note: 'from the graph alone' };
  }
  const ratio = measured.value / analyse(shapeOf(measured.probe.point)).liveBytes;
  const { dtype, batch, frames, resolution } = measured.probe.point;
  const bytes = graph * ratio;
  if (measured.exact) {
    const note = 'measured at this shape and type';
    return { bytes, evidence: 'measured', spread: spreads.measured, note };
  }
  return {
    bytes,
    evidence: 'modelled',
    spread: dtype === shape.dtype ? spreads.scaled : spreads.rescaled,
    note: `scaled by the graph from a probe in ${dtype} at ${resolution}, ${frames} frames, batch ${batch} (measured ÷ graph ${ratio.toFixed(3)})`,
  };
}

/** What the block at its peak holds beyond its kept activations or its checkpoint, for the worst kind of block. */
function underWay(kinds: Kind[], share: number): RangedPart {
  const worst = kinds
    .map((kind) => ({ kind, bytes: Math.max(0, kind.live.bytes - alreadyCounted(kind)) }))
    .reduce((most, next) => (next.bytes > most.bytes ? next : most));
  const { live } = worst.kind;
  return rangedPart(
    'block-under-way',
    'Block under way',
    worst.bytes * share,
    live.evidence,
    live.spread,
    `live peak of one ${worst.kind.kind} block with PyTorch's fused kernels, without what is counted already; ${live.note}`,
  );
}

/** With any block checkpointed, its kind's worst moment recomputes one: then its input alone is counted already. */
function alreadyCounted({ checkpointed, analysis }: Kind): number {
  return checkpointed > 0
    ? analysis.blockInputBytes
    : analysis.savedForBackwardBytes - analysis.sharedSavedBytes;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
