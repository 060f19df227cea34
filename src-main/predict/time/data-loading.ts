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
 */
export function dataSeconds(target: Target, bucket: Bucket, computing: number): number {
  // Latents of cached videos are a few megabytes each.
  if (target.cachedVideo) return 0;
  const frames = bucket.batch * bucket.frames;
  if (target.dataWorkers === 0) return frames / framesOfWorker;
  return Math.max(0, frames / (framesOfWorker * target.dataWorkers) - computing);
}
