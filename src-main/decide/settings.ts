import { modelVersion } from '../../models/catalog/index.js';
import type { Recommendation } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import { dataRanks } from '../predict/ranks.js';
import { checkpointingName } from '../predict/resolve-checkpointing.js';

type Settings = Recommendation['settings'];

/** What may be set otherwise, by the names of the command line's flags; `accumulation` follows from two of them. */
export function settingsOf(target: Target): Settings {
  const version = modelVersion(target.model, target.ae);
  const isV2 = version.id === 'v2.0';
  const spread: Settings = {
    ...(version.id === 'v1.1' ? {} : { sp: target.sequenceParallel }),
    ...(isV2 ? { tp: target.tensorParallel } : {}),
  };
  const batch = largestBatch(target);
  if (target.task === 'infer') return { batch, dtype: target.dtype, ...spread, vaeTiling: target.vaeTiling };
  return {
    batch,
    effectiveBatch: target.effectiveBatch,
    accumulation: target.accumulation,
    checkpointing: checkpointingName(version, target.checkpointedBlocks),
    dtype: target.dtype,
    plugin: target.plugin,
    ...spread,
    ...(isV2 ? { offload: target.offload } : {}),
    cachedText: target.cachedText,
    cachedVideo: target.cachedVideo,
    vaeTiling: target.vaeTiling,
  };
}

/** How many settings differ, those left out that follow from others. */
export function countChanges(from: Target, to: Target): number {
  const was = settingsOf(from);
  const is = settingsOf(to);
  const own = Object.keys(is).filter((name) => name !== 'effectiveBatch' && name !== 'accumulation');
  return own.filter((name) => is[name] !== was[name]).length;
}

/** The micro-batch of the bucket that has the largest. */
export function largestBatch({ buckets }: Target): number {
  return Math.max(...buckets.map(({ batch }) => batch));
}

/** With other micro-batches, and the effective batch that they make. */
export function withBatches(target: Target, batches: readonly number[], accumulation: number): Target {
  const buckets = target.buckets.map((bucket, index) => ({ ...bucket, batch: batches[index]! }));
  const next = { ...target, buckets, accumulation };
  return { ...next, effectiveBatch: Math.max(1, Math.round(samplesPerStep(next))) };
}

/** Samples of a step over all GPUs: the buckets' mean by their shares. */
export function samplesPerStep(target: Target): number {
  const { buckets, accumulation } = target;
  const shares = buckets.reduce((sum, { share }) => sum + share, 0);
  const samples = buckets.reduce((sum, { share, batch }) => sum + share * batch, 0);
  return shares > 0 ? (samples / shares) * dataRanks(target) * accumulation : 0;
}
