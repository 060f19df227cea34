import { modelVersion } from '../../../models/catalog/index.js';
import type { BlockKind, FrameSize, ModelVersion, Task } from '../../../models/catalog/types.js';
import type { Bucket, Target } from '../../contract/target.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { UsageError } from '../../contract/usage-error.js';
import { type FileBucket, type FileRun, namedSize } from './file-run.js';
import { effectiveBatchOf, joinBuckets } from './join-buckets.js';

const gridKeys = ['spatialTokens', 'rows', 'columns'] as const;

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
    buckets: target.buckets.map((bucket) => savedBucket(bucket, target, file)),
    accumulation: target.accumulation,
    dataWorkers: target.dataWorkers,
    assumptions: [],
  };
}

function savedBucket(bucket: Bucket, { model, ae, task }: Target, file: string): FileBucket {
  const version = modelVersion(model, ae);
  const { resolution, aspect, frames, batch, share, ...size } = bucket;
  const place = `${file}, bucket ${resolution} of ${frames} frames`;
  if (bucket.rows * bucket.columns !== bucket.spatialTokens)
    throw new UsageError(
      `${place}: rows ${bucket.rows} times columns ${bucket.columns} is not spatialTokens ${bucket.spatialTokens}`,
    );
  const latentFrames = version.latentFrames(frames) === bucket.latentFrames ? undefined : bucket.latentFrames;
  const named = { frames, batch, ...(latentFrames !== undefined && { latentFrames }) };
  const nameSize = sizeOfName(bucket, version, task);
  if (nameSize === undefined) checkOwnName(bucket, version, place);
  else if (nameSize.height !== bucket.height || nameSize.width !== bucket.width)
    throw new UsageError(
      `${place}: height ${bucket.height} and width ${bucket.width} are not those of ${resolution} at ${aspect}, which are ${nameSize.height} and ${nameSize.width}`,
    );
  if (nameSize !== undefined && hasGridOf(bucket, version.tokenGrid(frames, nameSize)))
    return { flags: { ...named, ...namedSize(version, resolution, aspect) }, share, place };
  return {
    flags: { ...named, spatialTokens: bucket.spatialTokens },
    share,
    place,
    own: { resolution, aspect, ...size },
  };
}

/** The frame size that the version's name stands for; undefined where it has no such name. */
function sizeOfName(
  { resolution, aspect }: Bucket,
  version: ModelVersion,
  task: Task,
): FrameSize | undefined {
  try {
    return version.frameSize(resolution.toLowerCase(), aspect, task);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const hasGridOf = (bucket: Bucket, grid: Pick<Bucket, (typeof gridKeys)[number]>) =>
  gridKeys.every((key) => grid[key] === bucket[key]);

/**
 * A size without a name is called by its tokens (predict/resolve-shape.ts) or its pixels (sized-bucket.ts). Another name
 * would put a label on a run that it is not.
 * @throws UsageError
 */
function checkOwnName(bucket: Bucket, version: ModelVersion, place: string): void {
  const { resolution, aspect, height, width, spatialTokens, frames } = bucket;
  if (resolution === `${spatialTokens} tokens`) return;
  const isPixels = resolution === `${height}x${width}` && aspect === `${width}:${height}`;
  if (isPixels && hasGridOf(bucket, version.tokenGrid(frames, { height, width }))) return;
  throw new UsageError(
    `${place}: ${version.id} has no such size; right would be "${spatialTokens} tokens", or an aspect ratio of it and one of ${version.resolutions.join(', ')}`,
  );
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
