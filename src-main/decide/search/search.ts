import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import { accumulates } from '../../predict/resolve-parallelism.js';
import { countChanges, settingsOf } from '../settings.js';
import { keepingEffectiveBatch, largestBatches } from './batches.js';
import { better, type Candidate, candidateOf, cannotBeBetter } from './candidate.js';
import { fastestCheckpointing, leastCheckpointed, mostCheckpointed } from './checkpoint-counts.js';
import type { Evaluator } from './evaluator.js';
import { sharedSettings, type Tier } from './space.js';

export interface SearchInput {
  asked: Target;
  /** Whether the GPUs that are judged compute in bf16. */
  bf16: boolean;
  /** Batches that probes ran. */
  measuredBatches: readonly number[];
}

/** The fastest settings of a tier that fit; undefined where none does. Nothing is left out: no setting is fixed before another. */
export function fastestOf(tier: Tier, input: SearchInput, evaluate: Evaluator): Candidate | undefined {
  const shared = sharedSettings(input.asked, tier, input.bf16);
  if (tier.training !== 'nothing' && !changesTraining(shared, input.asked, tier)) return undefined;
  return reducesBatches(input.asked, tier)
    ? fastestByLargestBatch(shared, input, evaluate)
    : fastestByCheckpointing(shared, input, evaluate);
}

/** Whether a tier that may change the training has settings that do; else an earlier one had them all. */
function changesTraining(shared: Target[], asked: Target, tier: Tier): boolean {
  return tier.training === 'precision'
    ? shared.some(({ dtype }) => dtype !== asked.dtype)
    : reducesBatches(asked, tier);
}

/**
 * Inference takes the batch that fits, since nothing is trained. A training does so where its changes are allowed, and
 * accumulation cannot make up for smaller batches anyway.
 */
function reducesBatches({ task, model, ae, buckets }: Target, tier: Tier): boolean {
  if (task === 'infer') return true;
  return tier.training === 'batch' && (buckets.length > 1 || !accumulates(modelVersion(model, ae)));
}

/** Ordered by what no checkpointing of them is faster than, so that most are given up without a look at their memory. */
function fastestByCheckpointing(
  shared: Target[],
  { asked }: SearchInput,
  evaluate: Evaluator,
): Candidate | undefined {
  const leastSeconds = leastSecondsBy(evaluate);
  const bounded = shared
    .flatMap((settings) => keepingEffectiveBatch(settings, asked))
    .map((settings) => ({
      settings,
      least: leastSeconds(settings),
      changes: countChanges(asked, { ...settings, checkpointedBlocks: asked.checkpointedBlocks }),
    }))
    .toSorted((a, b) => a.least - b.least || a.changes - b.changes);
  let best: Candidate | undefined;
  for (const { settings, least, changes } of bounded) {
    if (!cannotBeBetter(least, changes, best))
      best = fastestCheckpointing(settings, asked, least, best, evaluate);
  }
  return best;
}

/** Seconds that settings take at least: without checkpoints, and without offload and VAE tiling, which only save memory. */
function leastSecondsBy(evaluate: Evaluator): (settings: Target) => number {
  const made = new Map<string, number>();
  return (settings) => {
    const fastest = { ...leastCheckpointed(settings), offload: false, vaeTiling: false };
    const key = JSON.stringify(settingsOf(fastest)) + fastest.buckets.map(({ batch }) => batch);
    const seconds = made.get(key) ?? evaluate.secondsPerSample(fastest);
    made.set(key, seconds);
    return seconds;
  };
}

/**
 * More samples at once are never slower for each, so that the largest batch that fits is taken for each checkpointing: as
 * asked, none and all.
 */
function fastestByLargestBatch(
  shared: Target[],
  { asked, measuredBatches }: SearchInput,
  evaluate: Evaluator,
): Candidate | undefined {
  return shared
    .flatMap((settings) => [settings, leastCheckpointed(settings), mostCheckpointed(settings)])
    .filter(
      ({ offload, task, checkpointedBlocks }) =>
        task === 'infer' || !offload || Object.values(checkpointedBlocks).some((count) => count > 0),
    )
    .map((settings) => largestBatches(settings, asked, measuredBatches, evaluate))
    .filter((target) => target !== undefined)
    .map((target) => candidateOf(target, asked, evaluate))
    .reduce<Candidate | undefined>(better, undefined);
}
