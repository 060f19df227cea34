import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { type Kind, kindsOf, ownSaved } from './block-kinds.js';
import { exchangePart } from './exchange.js';
import { loraActivations } from './lora-activations.js';
import { type RangedPart, rangedPart, type Spread, spreads } from './parts.js';
import { sequenceShare } from './sequence-share.js';

/** Checkpoints on the GPU at once where they wait in host memory: one that is used, one on its way. */
const checkpointsInFlight = 2;

/**
 * Activations of one training micro-batch on each GPU, in bytes: what the blocks keep for the backward, what
 * checkpoints keep, what the block under way adds to that at its peak, and in each of these what upstream does not fuse.
 *
 * Sequence ranks share the tokens, tensor ranks what lies inside a block. What only our own rules hold (attention
 * scratch, steps of a norm's gradient) is in no part: PyTorch has none.
 *
 * @param flashAttention whether it runs on the card
 */
export function trainingActivations(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention: boolean,
): RangedPart[] {
  const kinds = kindsOf(version, target, bucket, probes, analyse, flashAttention);
  const share = sequenceShare(version, target, bucket);
  const shared = Math.max(...kinds.map(({ analysis }) => analysis.sharedSavedBytes));
  const saved = sum(kinds, (kind) => (kind.depth - kind.checkpointed) * keptOf(kind)) + shared;
  const worst = worstMoment(kinds);
  const lora = target.loraRank !== null;
  return [
    rangedPart(
      'saved-activations',
      'Activations saved for the backward',
      saved * share,
      'modelled',
      lora ? spreads.loraActivations : spreads.activations,
      `${sum(kinds, ({ depth, checkpointed }) => depth - checkpointed)} blocks that are not checkpointed, from the graph with fused norms and FlashAttention; what all blocks share once${lora ? '; with LoRA on fewer layers the inputs of the rest are not kept' : ''}`,
    ),
    checkpointPart(kinds, target, share),
    underWay(worst, share),
    ...unfusedParts(kinds, worst.kind, share),
    ...(share < 1
      ? [exchangePart(version, 'train', worst.kind.kind, exchanged(worst.kind, target, share))]
      : []),
    ...loraActivations(version, target, kinds, share),
  ];
}

/** The live peak of one block at the guidance batch, and what PyTorch holds beyond it: inference's activations. Bytes. */
export function inferenceActivations(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention: boolean,
): RangedPart[] {
  const kinds = kindsOf(version, target, bucket, probes, analyse, flashAttention);
  const share = sequenceShare(version, target, bucket);
  const eager = ({ kind }: Moment) =>
    Math.max(0, kind.eagerBytes - kind.analysis.fusedLiveBytes) * kind.tensorShare;
  const worst = kinds
    .map((kind) => ({ kind, bytes: kind.live.bytes * kind.tensorShare }))
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
    ...(share < 1
      ? [exchangePart(version, 'infer', worst.kind.kind, exchanged(worst.kind, target, share))]
      : []),
  ];
}

/** Bytes of one `[own tokens, hidden]` tensor of a block inside which tensor ranks share the heads. */
function exchanged({ analysis }: Kind, { tensorParallel }: Target, share: number): number {
  return (analysis.blockInputBytes * share) / tensorParallel;
}

function checkpointPart(kinds: Kind[], target: Target, share: number): RangedPart {
  const all = sum(kinds, ({ checkpointed, analysis }) => checkpointed * analysis.blockInputBytes);
  const count = sum(kinds, ({ checkpointed }) => checkpointed);
  if (!target.offload)
    return rangedPart(
      'checkpoints',
      'Checkpoints',
      all * share,
      'modelled',
      spreads.checkpoints,
      `the inputs of ${count} checkpointed blocks`,
    );
  const flying = checkpointsInFlight * Math.max(...kinds.map(({ analysis }) => analysis.blockInputBytes));
  return rangedPart(
    'checkpoints',
    'Checkpoints on their way',
    Math.min(all, flying) * share,
    'modelled',
    spreads.checkpoints,
    `two of the inputs of ${count} checkpointed blocks; the rest wait in pinned host memory (main:opensora/acceleration/checkpoint.py)`,
  );
}

/** What one block keeps on each tensor rank beside what all share. */
function keptOf(kind: Kind): number {
  return ownSaved(kind.analysis) * kind.tensorShare;
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
    .map((kind) => ({
      kind,
      bytes: Math.max(0, kind.live.bytes * kind.tensorShare - alreadyCounted(kind)),
    }))
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
  const kept = Math.max(0, (keptOf(kind) - alreadyCounted(kind)) * share);
  const least = Math.min(part.bytes, Math.floor(kept * spreads.activations.low));
  return { ...part, range: [Math.max(part.range[0], least), part.range[1]], scaled: kind.live.scaled };
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
      "heads × tokens × sequence, in fp32 and in the block's type, of attention that does not go to FlashAttention: v1.2:opensora/models/layers/blocks.py `N > B`, and all of it on cards that have none",
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
function alreadyCounted(kind: Kind): number {
  return kind.checkpointed > 0 ? kind.analysis.blockInputBytes : keptOf(kind);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
