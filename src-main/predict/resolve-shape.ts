import type { FrameSize, ModelVersion, Task } from '../../models/catalog/types.js';
import type { Bucket } from '../contract/target.js';
import type { TargetFlags } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { wholeNumber } from './flag-values.js';

/** Far beyond what any GPU holds, and near enough that every figure made from it is exact. */
export const mostFrames = 100_000;
export const mostBatch = 100_000;
const mostTokens = 100_000_000;

/**
 * The one bucket that the flags name: frame size, token grid and micro-batch.
 * `--latent-frames` and `--spatial-tokens` stand in for what the video's frames and size would give.
 * @throws UsageError where the version takes no such video, or it is beyond any machine.
 */
export function resolveBucket(version: ModelVersion, task: Task, flags: TargetFlags): Bucket {
  const batch = wholeNumber('--batch', flags.batch, { most: mostBatch }) ?? 1;
  const spatialTokens = wholeNumber('--spatial-tokens', flags.spatialTokens, { most: mostTokens });
  const latentFrames = wholeNumber('--latent-frames', flags.latentFrames, { most: mostFrames });
  const frames = framesOf(version, flags, latentFrames);
  const size = sizeOf(version, task, flags, spatialTokens);
  const grid = version.tokenGrid(frames, size);
  const spatial = spatialTokens === undefined ? grid : { spatialTokens, ...nearSquare(spatialTokens) };
  const bucket: Bucket = {
    resolution: size.resolution,
    aspect: size.aspect,
    height: size.height,
    width: size.width,
    frames,
    latentFrames: latentFrames ?? grid.latentFrames,
    spatialTokens: spatial.spatialTokens,
    rows: spatial.rows,
    columns: spatial.columns,
    batch,
    share: 1,
  };
  const tokens = bucket.latentFrames * bucket.spatialTokens * batch;
  if (tokens > mostTokens) {
    throw new UsageError(
      `--batch ${batch} of ${frames} frames at ${size.resolution} is ${tokens} tokens, more than any machine can take; at most ${mostTokens} are answered`,
    );
  }
  return bucket;
}

function framesOf(version: ModelVersion, flags: TargetFlags, latentFrames: number | undefined): number {
  const frames = wholeNumber('--frames', flags.frames, { most: mostFrames });
  if (frames === undefined) {
    if (latentFrames !== undefined) return framesFor(version, latentFrames);
    throw new UsageError('--frames is missing: say how many frames a video has, 1 for an image');
  }
  const accepted = version.acceptsFrames(frames);
  if (!accepted.ok) {
    throw new UsageError(
      `--frames ${frames}: the VAE of ${version.id} does not take that count; the nearest are ${accepted.nearest.join(' and ')}`,
    );
  }
  return frames;
}

/** The fewest frames that the VAE takes and that make at least so many latent frames. */
function framesFor(version: ModelVersion, latentFrames: number): number {
  let low = 1;
  let high = 4 * latentFrames + 17;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (version.latentFrames(middle) >= latentFrames) high = middle;
    else low = middle + 1;
  }
  const accepted = version.acceptsFrames(low);
  return accepted.ok ? low : accepted.nearest.at(-1)!;
}

interface NamedSize extends FrameSize {
  resolution: string;
  aspect: string;
}

function sizeOf(
  version: ModelVersion,
  task: Task,
  flags: TargetFlags,
  spatialTokens: number | undefined,
): NamedSize {
  if (flags.resolution === undefined) {
    if (spatialTokens === undefined) {
      throw new UsageError(`--resolution is missing; ${version.id} knows ${version.resolutions.join(', ')}`);
    }
    const { rows, columns } = nearSquare(spatialTokens);
    return {
      height: rows * version.pixelsPerToken,
      width: columns * version.pixelsPerToken,
      resolution: `${spatialTokens} tokens`,
      aspect: `${columns}:${rows}`,
    };
  }
  const resolution = flags.resolution.trim().toLowerCase();
  const aspect = flags.aspect?.trim() ?? version.defaultAspect(resolution);
  try {
    return { ...version.frameSize(resolution, aspect, task), resolution, aspect };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${version.id}: ${error.message}`);
    throw error;
  }
}

/** Rows and columns whose product is `tokens`, as near to a square as whole numbers allow. */
function nearSquare(tokens: number): { rows: number; columns: number } {
  let rows = Math.floor(Math.sqrt(tokens));
  while (tokens % rows !== 0) rows--;
  return { rows, columns: tokens / rows };
}
