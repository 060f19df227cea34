import type { Target } from '../../contract/target.js';
import { flagOf, type TargetFlags } from '../../contract/target-flags.js';
import { UsageError } from '../../contract/usage-error.js';
import { meanByShare } from '../mean-by-share.js';
import { dataRanks } from '../ranks.js';
import { resolveTarget } from '../resolve-target.js';
import { type FileBucket, type FileRun, shapeFlags } from './file-run.js';

/**
 * A target of all the file's buckets, each resolved as if its flags had been typed, so that every check holds for it.
 *
 * @param given flags beside the file; they override it
 * @throws UsageError that names the bucket's place in the file
 */
export function joinBuckets(run: FileRun, given: Partial<TargetFlags>): Target {
  refuseShapeOfMany(run, given);
  const shares = normalised(run.buckets.map(({ share }) => share));
  const targets = run.buckets.map((bucket) => resolveOne(bucket, run, given));
  const first = targets[0]!;
  const buckets = targets.map((target, index) => ({ ...target.buckets[0]!, share: shares[index]! }));
  const joined = { ...first, buckets, dataWorkers: workersOf(run) ?? first.dataWorkers };
  return { ...joined, effectiveBatch: effectiveBatchOf(joined) };
}

/** Far beyond the cores of any host. */
const mostWorkers = 1024;

/** @throws UsageError */
function workersOf({ dataWorkers }: FileRun): number | undefined {
  if (dataWorkers === undefined || dataWorkers <= mostWorkers) return dataWorkers;
  throw new UsageError(
    `${dataWorkers} data workers (num_workers) are more than any host has cores; say at most ${mostWorkers}`,
  );
}

/** A shape is for one bucket; an aspect ratio may be for all. @throws UsageError */
function refuseShapeOfMany({ buckets }: FileRun, given: Partial<TargetFlags>): void {
  if (buckets.length === 1) return;
  const forOne = [...shapeFlags, 'effectiveBatch' as const].find(
    (flag) => flag !== 'aspect' && given[flag] !== undefined,
  );
  if (forOne === undefined) return;
  throw new UsageError(
    `${flagOf(forOne)} is for a run of one bucket, and the file has ${buckets.length}; change it in the file`,
  );
}

/** Samples of an optimiser step over all ranks: the buckets' mean by their shares, rounded, at least 1. */
export function effectiveBatchOf(target: Target): number {
  const batch = meanByShare(target.buckets, (bucket) => bucket.batch);
  return Math.max(1, Math.round(batch * dataRanks(target) * target.accumulation));
}

/** The target of one bucket. A size that only the file says holds as long as no flag says another. */
function resolveOne(bucket: FileBucket, run: FileRun, given: Partial<TargetFlags>): Target {
  const reshaped = shapeFlags.some((flag) => flag !== 'batch' && given[flag] !== undefined);
  const shape = { ...bucket.flags };
  // What is given replaces the other way of saying the same.
  if (given.frames !== undefined) delete shape.latentFrames;
  if (given.resolution !== undefined) delete shape.spatialTokens;
  const asked = { ...run.flags, ...shape, ...given };
  const target = placed(bucket.place, () => accumulated(asked, run.accumulation));
  if (reshaped || bucket.own === undefined) return target;
  return { ...target, buckets: [{ ...target.buckets[0]!, ...bucket.own }] };
}

/** An effective batch that was asked for says the accumulation; else the file's accumulation says the batch. */
function accumulated(asked: TargetFlags, accumulation: number): Target {
  const target = resolveTarget(asked);
  if (asked.effectiveBatch !== undefined || accumulation === 1) return target;
  return resolveTarget({ ...asked, effectiveBatch: target.effectiveBatch * accumulation });
}

function placed<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError && place !== '') throw new UsageError(`${place}: ${error.message}`);
    throw error;
  }
}

function normalised(shares: number[]): number[] {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
