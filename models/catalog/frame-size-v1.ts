import { aspectNames, squareSizes, videoSizes } from './aspect-tables.js';
import { closestNames } from './closest.js';
import type { FrameSize } from './types.js';

/** Resolution names that v1.1's, v1.2's and v1.3's configs may use, in order of area. */
export const resolutionsV1 = [
  '144p',
  '256',
  '240p',
  '360p',
  '512',
  '480p',
  '720p',
  '1024',
  '1080p',
  '2k',
  '2048',
  '2880',
  '4k',
] as const;

/** v1.1 has no 2k, 2048 and 2880. */
export const resolutionsV1dot1 = resolutionsV1.filter((name) => !['2k', '2048', '2880'].includes(name));

/** The aspect ratio meant where none is given: square for the resolutions that are named by a square's side. */
export function defaultAspectV1(resolution: string): string {
  return resolution.toLowerCase() in squareSizes ? '1:1' : '16:9';
}

/**
 * Pixels of a resolution name at an aspect ratio (width to height).
 * Source: v1.2:opensora/datasets/aspect.py. A square-named resolution has ratios of its own; the nearest is taken,
 * as upstream's bucket does for a video.
 * @throws RangeError naming what would be right.
 */
export function frameSizeV1(names: readonly string[], resolution: string, aspect: string): FrameSize {
  const name = resolution.toLowerCase();
  if (!names.includes(name)) {
    const close = closestNames(resolution, names, 1);
    throw new RangeError(
      `unknown resolution "${resolution}"; did you mean ${close[0]}? This version knows ${names.join(', ')}`,
    );
  }
  const position = (aspectNames as readonly string[]).indexOf(aspect);
  if (position < 0) throw unknownAspect(aspect, aspectNames);
  const video = videoSizes[name];
  if (video !== undefined) return sizesOf(video)[position]!;
  return nearestShape(sizesOf(squareSizes[name]!), aspect);
}

/** v1.3's `NAME_16d`: the same table with both sides rounded down to a multiple of 16. */
export function roundedDownTo16({ height, width }: FrameSize): FrameSize {
  return { height: Math.floor(height / 16) * 16, width: Math.floor(width / 16) * 16 };
}

export function unknownAspect(aspect: string, names: readonly string[]): RangeError {
  return new RangeError(
    `unknown aspect ratio "${aspect}" (width:height); right would be ${names.join(', ')}`,
  );
}

function sizesOf(table: string): FrameSize[] {
  return table.split(' ').map((size) => {
    const [height, width] = size.split('x').map(Number);
    return { height: height!, width: width! };
  });
}

function nearestShape(sizes: FrameSize[], aspect: string): FrameSize {
  const [width, height] = aspect.split(':').map(Number);
  const wanted = height! / width!;
  const away = (size: FrameSize) => Math.abs(size.height / size.width - wanted);
  return sizes.reduce((best, size) => (away(size) < away(best) ? size : best));
}
