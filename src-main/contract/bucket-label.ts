import type { Bucket } from './target.js';

/** A bucket as people name it, such as `720p, 51 frames, batch 2`. */
export function bucketLabel({ resolution, frames, batch }: Bucket): string {
  return `${resolution}, ${frames === 1 ? 'image' : `${frames} frames`}, batch ${batch}`;
}
