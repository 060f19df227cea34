import { modelVersion } from '../../models/catalog/index.js';
import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Prediction, Recommendation } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import { checkpointingName, fullCheckpointing } from '../predict/resolve-checkpointing.js';
import { accumulates } from '../predict/resolve-parallelism.js';

/** Settings that were tried, with what they need. */
interface Candidate {
  target: Target;
  prediction: Prediction;
}

export interface RecommendInput {
  target: Target;
  prediction: Prediction;
  /** Free memory less the reserve, in bytes. */
  limitBytes: number;
  /** Batches from this on are known not to run; Infinity where none is. */
  failingBatch: number;
  predictAgain: (target: Target) => Prediction;
}

/** The settings as asked, where they fit. */
export function keepAsAsked(target: Target): Recommendation {
  return { settings: settingsOf(target), batches: batchesOfBuckets(target), changes: [] };
}

const batchesOfBuckets = ({ buckets }: Target) => buckets.map(({ batch }) => batch);

/**
 * The fastest settings that surely fit, of smaller batches with checkpointing as asked and with all blocks
 * checkpointed. Where the version accumulates, batches are those that keep the effective batch.
 */
export function recommend(input: RecommendInput): Reading<Recommendation> {
  const { target } = input;
  const version = modelVersion(target.model, target.ae);
  const modes = [target.checkpointedBlocks];
  const isFull = checkpointingName(version, target.checkpointedBlocks) === 'full';
  if (target.task === 'train' && !isFull) modes.push(fullCheckpointing(version));
  const fitting = modes
    .map((checkpointedBlocks) => largestThatFits({ ...target, checkpointedBlocks }, input))
    .filter((candidate) => candidate !== undefined);
  if (fitting.length > 0) {
    const best = fitting.reduce((one, other) =>
      secondsPerSample(other) < secondsPerSample(one) ? other : one,
    );
    return {
      settings: settingsOf(best.target),
      batches: batchesOfBuckets(best.target),
      changes: changesTo(best, input),
    };
  }
  const least = input.predictAgain(withBatch({ ...target, checkpointedBlocks: modes.at(-1)! }, 1));
  const high = least.interval.peakBytes[1];
  return unavailable(
    `no smaller batch fits${target.task === 'train' ? ', with every block checkpointed' : ''}: batch 1 may need ${formatGiB(high)} of the ${formatGiB(Math.max(0, input.limitBytes))} that a run may take`,
  );
}

/** Memory grows with the batch, so that the largest that fits is found by halving. */
function largestThatFits(target: Target, input: RecommendInput): Candidate | undefined {
  const batches = batchesOf(target).filter((batch) => batch < input.failingBatch);
  let best: Candidate | undefined;
  let low = 0;
  let high = batches.length - 1;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const candidate = withBatch(target, batches[middle]!);
    const prediction = input.predictAgain(candidate);
    if (prediction.interval.peakBytes[1] <= input.limitBytes) {
      best = { target: candidate, prediction };
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return best;
}

/** Batches from 1 to the asked one, in order. */
function batchesOf(target: Target): number[] {
  const asked = Math.max(...target.buckets.map(({ batch }) => batch));
  const all = Array.from({ length: asked }, (_, index) => index + 1);
  if (!keepsEffectiveBatch(target)) return all;
  return all.filter((batch) => target.effectiveBatch % (batch * ranksOf(target)) === 0);
}

function keepsEffectiveBatch(target: Target): boolean {
  return target.task === 'train' && accumulates(modelVersion(target.model, target.ae));
}

function withBatch(target: Target, batch: number): Target {
  const buckets = target.buckets.map((bucket) => ({ ...bucket, batch: Math.min(bucket.batch, batch) }));
  const once = batch * ranksOf(target);
  const accumulation = keepsEffectiveBatch(target) ? target.effectiveBatch / once : target.accumulation;
  return { ...target, buckets, accumulation, effectiveBatch: once * accumulation };
}

function ranksOf(target: Target): number {
  return target.gpuCount / (target.sequenceParallel * target.tensorParallel);
}

/** Where the speed is not known, the larger batch is taken to be the faster. */
function secondsPerSample({ target, prediction }: Candidate): number {
  return (known(prediction.secondsPerStep) ?? 1) / target.effectiveBatch;
}

/** One change after the other, each with what it does to the peak and to the step. */
function changesTo(best: Candidate, input: RecommendInput): Recommendation['changes'] {
  const steps: Target[] = [
    { ...input.target, checkpointedBlocks: best.target.checkpointedBlocks },
    best.target,
  ];
  const changes: Recommendation['changes'] = [];
  let before: Candidate = { target: input.target, prediction: input.prediction };
  for (const target of steps) {
    const after = { target, prediction: input.predictAgain(target) };
    const was = settingsOf(before.target);
    const is = settingsOf(target);
    for (const setting of Object.keys(is).filter((name) => is[name] !== was[name])) {
      // The step's whole difference belongs to the setting that was turned; what follows from it costs nothing more.
      const turned = setting === 'batch' || setting === 'checkpointing';
      changes.push({
        setting,
        from: String(was[setting]),
        to: String(is[setting]),
        bytes: turned ? after.prediction.peakBytesPerGpu - before.prediction.peakBytesPerGpu : 0,
        seconds: turned ? slower(before.prediction, after.prediction) : 0,
      });
    }
    before = after;
  }
  return changes;
}

function slower(before: Prediction, after: Prediction): Reading<number> {
  const was = known(before.secondsPerStep);
  const is = known(after.secondsPerStep);
  return was === undefined || is === undefined ? unavailable('the speed is not known') : is - was;
}

function settingsOf(target: Target): Recommendation['settings'] {
  return {
    batch: Math.max(...target.buckets.map(({ batch }) => batch)),
    checkpointing: checkpointingName(modelVersion(target.model, target.ae), target.checkpointedBlocks),
    effectiveBatch: target.effectiveBatch,
    accumulation: target.accumulation,
  };
}
