import { closestNames } from './closest.js';
import { unknownAspect } from './frame-size-v1.js';
import type { FrameSize, Task } from './types.js';

/** Names that v2.0's configs and docs use, in order of area; any `Npx` (area N²) or `Np` (area N² × 16/9) is taken. */
export const resolutionsV2 = ['256px', '360p', '512px', '480p', '768px', '720p', '1024px', '1080p'] as const;

/** Width to height. v2.0 lists these and swaps each for the upright frame. */
const listed = ['2.39:1', '2:1', '16:9', '1.85:1', '9:16', '5:8', '3:2', '4:3', '1:1'];
export const aspectsV2 = [...new Set([...listed, ...listed.map(swapped)])];

/** Sides that upstream could in principle be asked for; beyond them no GPU holds one frame. */
const smallestName = 64;
const largestName = 4096;

/**
 * Pixels of a resolution name at an aspect ratio: the largest sides that are multiples of `multiple` within the
 * area; training then moves one side by one step where that comes nearer to the area.
 * Source: main:opensora/datasets/aspect.py get_aspect_ratios_dict (`training`), get_num_pexels_from_name.
 * @throws RangeError naming what would be right.
 */
export function frameSizeV2(resolution: string, aspect: string, task: Task, multiple: number): FrameSize {
  const area = areaOf(resolution);
  if (!aspectsV2.includes(aspect)) throw unknownAspect(aspect, aspectsV2);
  // Upstream's upright sizes are the lying ones turned, and replace what the list itself gave for that name.
  if (listed.includes(swapped(aspect))) {
    const turned = sizeOf(area, swapped(aspect), task, multiple);
    return { height: turned.width, width: turned.height };
  }
  return sizeOf(area, aspect, task, multiple);
}

/** Pixels of one frame by name. @throws RangeError naming what would be right. */
function areaOf(resolution: string): number {
  const match = /^(\d+)(px|p)$/.exec(resolution.toLowerCase());
  const side = Number(match?.[1]);
  if (match === null) {
    const close = closestNames(resolution, resolutionsV2, 1);
    throw new RangeError(
      `unknown resolution "${resolution}"; did you mean ${close[0]}? v2.0 knows Npx (area N × N) and Np, such as ${resolutionsV2.join(', ')}`,
    );
  }
  if (side < smallestName || side > largestName) {
    throw new RangeError(
      `resolution "${resolution}" is out of range; N may be ${smallestName} to ${largestName}`,
    );
  }
  return match[2] === 'px' ? side * side : Math.floor(((side * side) / 9) * 16);
}

function sizeOf(area: number, aspect: string, task: Task, multiple: number): FrameSize {
  const [wide, high] = aspect.split(':').map(Number);
  const width = Math.floor(Math.sqrt(area * (wide! / high!)) / multiple) * multiple;
  const height = Math.floor(area / width / multiple) * multiple;
  if (task === 'infer') return { height, width };
  const neighbours = [
    { height, width },
    { height: height - multiple, width },
    { height: height + multiple, width },
    { height, width: width - multiple },
    { height, width: width + multiple },
  ];
  const off = (size: FrameSize) => Math.abs(size.height * size.width - area);
  return neighbours.reduce((best, size) => (off(size) < off(best) ? size : best));
}

function swapped(aspect: string): string {
  return aspect.split(':').reverse().join(':');
}
