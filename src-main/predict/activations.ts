import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import { type Analyse, blockKinds, shapeOf, targetShape } from './analyser.js';
import { measuredLiveBytes, nearestMeasured } from './nearest-probe.js';
import { type RangedPart, rangedPart, type Spread, spreads } from './parts.js';
import { eagerInferencePeak, type Unfused, unfusedTraining } from './unfused.js';

/** One kind of block as the target has it. */
interface Kind {
  kind: string;
  depth: number;
  checkpointed: number;
  analysis: BlockAnalysis;
  live: Live;
  unfused: Unfused;
  /** Live peak of the block in upstream's inference. */
  eagerBytes: number;
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
 * checkpoints keep, what the block under way adds to that at its peak, and in each of these what upstream does not fuse.
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
  const share = 1 / target.sequenceParallel;
  const own = ({ analysis }: Kind) => analysis.savedForBackwardBytes - analysis.sharedSavedBytes;
  const shared = Math.max(...kinds.map(({ analysis }) => analysis.sharedSavedBytes));
  const saved = sum(kinds, (kind) => (kind.depth - kind.checkpointed) * own(kind)) + shared;
  const checkpoints = sum(kinds, ({ checkpointed, analysis }) => checkpointed * analysis.blockInputBytes);
  const worst = worstMoment(kinds);
  return [
    rangedPart(
      'saved-activations',
      'Activations saved for the backward',
      saved * share,
      'modelled',
      spreads.activations,
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
    underWay(worst, share),
    ...unfusedParts(kinds, worst.kind, share),
  ];
}

/** The live peak of one block at the guidance batch, and what PyTorch holds beyond it: inference's activations. Bytes. */
export function inferenceActivations(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
): RangedPart[] {
  const kinds = kindsOf(version, target, bucket, probes, analyse);
  const share = 1 / target.sequenceParallel;
  const eager = ({ kind }: Moment) => Math.max(0, kind.eagerBytes - kind.analysis.fusedLiveBytes);
  const worst = kinds
    .map((kind) => ({ kind, bytes: kind.live.bytes }))
    .reduce((most, next) => (next.bytes + eager(next) > most.bytes + eager(most) ? next : most));
  return [
    underWay(worst, share),
    rangedPart(
      'eager-block',
      'Held by Python and unfused steps',
      eager(worst) * share,
      'modelled',
      spreads.inferenceBlock,
      `what upstream's ${worst.kind.kind} block holds beyond the graph's schedule: names that live on, fp32 pieces of norms, scores off FlashAttention`,
    ),
  ];
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
      unfused: unfusedTraining(version, version.hidden, shape),
      eagerBytes: eagerInferencePeak(version, version.hidden, shape),
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
    const spread = shape.task === 'infer' ? spreads.inferenceBlock : spreads.block;
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

/** A kind of block, and what it adds at its peak to what is counted already. */
interface Moment {
  kind: Kind;
  bytes: number;
}

/** The kind of block at whose peak the most is held, what upstream does not fuse included. */
function worstMoment(kinds: Kind[]): Moment {
  const all = ({ kind, bytes }: Moment) => bytes + sum(pieces, (piece) => beyondFused(kind, piece));
  return kinds
    .map((kind) => ({ kind, bytes: Math.max(0, kind.live.bytes - alreadyCounted(kind)) }))
    .reduce((most, next) => (all(next) > all(most) ? next : most));
}

function underWay({ kind, bytes }: Moment, share: number): RangedPart {
  const part = rangedPart(
    'block-under-way',
    'Block under way',
    bytes * share,
    kind.live.evidence,
    kind.live.spread,
    `live peak of one ${kind.kind} block with PyTorch's fused kernels, without what is counted already; ${kind.live.note}`,
  );
  // All that a block keeps is there at once when its recomputation ends, whatever the schedule.
  const kept = Math.max(
    0,
    (kind.analysis.savedForBackwardBytes - kind.analysis.sharedSavedBytes - alreadyCounted(kind)) * share,
  );
  const least = Math.min(part.bytes, Math.floor(kept * spreads.activations.low));
  return { ...part, range: [Math.max(part.range[0], least), part.range[1]] };
}

const pieces = ['norms', 'scores', 'masks'] as const;
type Piece = (typeof pieces)[number];

/** What upstream does not fuse, in the blocks that are not checkpointed and in the one under way. None where there is none. */
function unfusedParts(kinds: Kind[], underWay: Kind, share: number): RangedPart[] {
  const bytes = (what: Piece) =>
    sum(kinds, ({ depth, checkpointed, unfused }) => (depth - checkpointed) * unfused[what]) +
    beyondFused(underWay, what);
  const named = (id: string, name: string, what: Piece, spread: Spread, note: string) =>
    rangedPart(id, name, bytes(what) * share, 'modelled', spread, note);
  const parts = [
    named(
      'unfused-norms',
      'Norms of q and k in pieces',
      'norms',
      spreads.unfused,
      'fp32 copies that LlamaRMSNorm keeps: v1.2:opensora/models/layers/blocks.py',
    ),
    named(
      'attention-scores',
      'Scores off FlashAttention',
      'scores',
      spreads.unfused,
      "heads × tokens × sequence, in fp32 and in the block's type, of attention that upstream does not give to FlashAttention: v1.2:opensora/models/layers/blocks.py `N > B`",
    ),
    named(
      'masked-modulation',
      'Second modulation for masked frames',
      'masks',
      spreads.masks,
      'norms run twice where the config has mask_ratios, as all of v1.1 and v1.2 have: v1.2:opensora/models/stdit/stdit3.py `x_mask`',
    ),
  ];
  return parts.filter((part) => part.bytes > 0);
}

/** What the block under way holds of it beyond what is kept for the backward anyway. */
function beyondFused({ checkpointed, unfused }: Kind, what: Piece): number {
  const kept = checkpointed > 0 ? unfused[what] : 0;
  return what === 'scores' ? kept + unfused.scoresTransient : kept;
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
