import { modelVersion } from '../../../models/catalog/index.js';
import type { BlockKind, ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket, Target } from '../../contract/target.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { UsageError } from '../../contract/usage-error.js';
import { type FileBucket, type FileRun, namedSize } from './file-run.js';
import { effectiveBatchOf, joinBuckets } from './join-buckets.js';

const sizeKeys = ['height', 'width', 'latentFrames', 'spatialTokens', 'rows', 'columns'] as const;

/**
 * A saved target, checked by the same rules as flags, with the flags beside it.
 * @throws UsageError in one line.
 */
export function targetFromSaved(saved: Target, file: string, given: Partial<TargetFlags>): Target {
  const version = modelVersion(saved.model, saved.ae);
  checkBlocks(saved, version, file);
  checkShares(saved, file);
  const made = effectiveBatchOf(joinBuckets(runOfTarget(saved, file), {}));
  // Of several buckets it is a mean, rounded where it was saved.
  if (saved.buckets.length === 1 && saved.effectiveBatch !== made)
    throw new UsageError(
      `${file}: effectiveBatch ${saved.effectiveBatch} is not what its batch, accumulation ${saved.accumulation} and data-parallel ranks make, which is ${made}`,
    );
  const target = joinBuckets(runOfTarget(saved, file), given);
  const keepsBlocks =
    given.checkpointing === undefined && target.task === 'train' && given.model === undefined;
  return keepsBlocks ? { ...target, checkpointedBlocks: saved.checkpointedBlocks } : target;
}

/** A target as the run of a file, so that flags may override it and every check holds. */
export function runOfTarget(target: Target, file: string): FileRun {
  const training = target.task === 'train';
  const flags: TargetFlags = {
    model: target.model,
    task: target.task,
    dtype: target.dtype,
    gpuCount: target.gpuCount,
    nodes: target.nodes,
    plugin: target.plugin,
    sp: target.sequenceParallel,
    tp: target.tensorParallel,
    cachedText: target.cachedText,
    cachedVideo: target.cachedVideo,
    vaeTiling: target.vaeTiling,
    offload: target.offload,
    i2v: target.i2v,
    samplingSteps: target.samplingSteps,
    ...(training && { ema: target.ema }),
    ...(target.ae !== null && { ae: target.ae }),
    ...(target.loraRank !== null && { loraRank: target.loraRank }),
    ...(target.interNodeGbps !== null && { interNodeGbps: target.interNodeGbps }),
    ...(target.steps !== null && { steps: target.steps }),
  };
  return {
    flags,
    buckets: target.buckets.map((bucket) => savedBucket(bucket, modelVersion(target.model, target.ae), file)),
    accumulation: target.accumulation,
    dataWorkers: target.dataWorkers,
    assumptions: [],
  };
}

function savedBucket(bucket: Bucket, version: ModelVersion, file: string): FileBucket {
  const { resolution, aspect, frames, batch, share, ...size } = bucket;
  const place = `${file}, bucket ${resolution} of ${frames} frames`;
  if (bucket.rows * bucket.columns !== bucket.spatialTokens)
    throw new UsageError(
      `${place}: rows ${bucket.rows} times columns ${bucket.columns} is not spatialTokens ${bucket.spatialTokens}`,
    );
  const latentFrames = version.latentFrames(frames) === bucket.latentFrames ? undefined : bucket.latentFrames;
  const named = { frames, batch, ...(latentFrames !== undefined && { latentFrames }) };
  if (isNamed(bucket, version))
    return { flags: { ...named, ...namedSize(version, resolution, aspect) }, share, place };
  return {
    flags: { ...named, spatialTokens: bucket.spatialTokens },
    share,
    place,
    own: { resolution, aspect, ...size },
  };
}

/** Whether the version makes the same grid of the bucket's names; else it was given in tokens. */
function isNamed(bucket: Bucket, version: ModelVersion): boolean {
  try {
    const size = version.frameSize(bucket.resolution.toLowerCase(), bucket.aspect);
    const made = { ...size, ...version.tokenGrid(bucket.frames, size) };
    return sizeKeys.every((key) => key === 'latentFrames' || made[key] === bucket[key]);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function checkBlocks(saved: Target, version: ModelVersion, file: string): void {
  for (const [kind, count] of Object.entries(saved.checkpointedBlocks)) {
    const depth = version.depth[kind as BlockKind];
    if (depth === undefined)
      throw new UsageError(
        `${file}: checkpointedBlocks.${kind}: ${saved.model} has ${Object.keys(version.depth).join(' and ')} blocks`,
      );
    if (count > depth)
      throw new UsageError(`${file}: checkpointedBlocks.${kind} ${count} is more than its ${depth} blocks`);
    if (count > 0 && saved.task === 'infer')
      throw new UsageError(`${file}: checkpointedBlocks.${kind} must be 0: inference keeps no activations`);
  }
}

function checkShares({ buckets }: Target, file: string): void {
  if (buckets.every(({ share }) => share === 0))
    throw new UsageError(`${file}: every bucket's share of the steps is 0; they should add up to 1`);
}
