import type { Bucket, Target } from '../../contract/target.js';

/**
 * Frames that one worker decodes, resizes and hands over a second, from 720p or 1080p clips; images likewise.
 * An assumption: it depends on the videos, the disk and the host.
 */
const framesOfWorker = 100;

/**
 * Seconds in which the GPU waits for a micro-batch's data. Workers prefetch while it computes, so that only what takes
 * longer is waited for; without workers the training's own process reads, and all of it is.
 *
 * @param computing seconds of the micro-step without its data
 * @param hostCores cores of the host, which the workers of all its ranks share; undefined where they are not known
 */
export function dataSeconds(
  target: Target,
  bucket: Bucket,
  computing: number,
  hostCores: number | undefined,
): number {
  // Latents of cached videos are a few megabytes each.
  if (target.cachedVideo) return 0;
  const frames = bucket.batch * bucket.frames;
  if (target.dataWorkers === 0) return frames / framesOfWorker;
  const coresOfRank =
    hostCores === undefined ? target.dataWorkers : hostCores / (target.gpuCount / target.nodes);
  const working = Math.min(target.dataWorkers, coresOfRank);
  return Math.max(0, frames / (framesOfWorker * working) - computing);
}
