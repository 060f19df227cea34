import type { Bucket } from '../../contract/target.js';

/** A length cut into overlapping tiles: their lengths added up, and how many there are. */
export interface Cut {
  length: number;
  tiles: number;
}

/** Tiles of 256 pixels that begin 192 from each other: main:opensora/models/hunyuan_vae, an overlap of a quarter. */
const tile = 256;
const stride = 192;

/** Frames in tiles, where there are more than `above`. */
export function cutFrames(frames: number, above: number, tileFrames: number, frameStride: number): Cut {
  return frames <= above ? { length: frames, tiles: 1 } : cut(frames, tileFrames, frameStride);
}

/**
 * Pixels of a frame that are worked on, those under two tiles twice, and the tiles. A frame of one tile is whole; of
 * any other both sides are cut, however short.
 */
export function cutPixels({ height, width }: Bucket): { pixels: number; tiles: number } {
  if (height <= tile && width <= tile) return { pixels: height * width, tiles: 1 };
  const [high, wide] = [cut(height, tile, stride), cut(width, tile, stride)];
  return { pixels: high.length * wide.length, tiles: high.tiles * wide.tiles };
}

function cut(whole: number, tileLength: number, tileStride: number): Cut {
  let length = 0;
  let tiles = 0;
  for (let start = 0; start < whole; start += tileStride) {
    length += Math.min(tileLength, whole - start);
    tiles++;
  }
  return { length, tiles };
}
