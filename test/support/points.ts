import type { BlockShape } from '../../models/blocks/types.js';
import type { Point } from '../../src-main/contract/probe.js';
import { pointOf } from '../../src-main/probe/modelled.js';

/** A point of v1.2's spatial block in training at 144p and 17 frames, fp32, without AdamW; `over` changes it. */
export function spatialPoint(over: Partial<BlockShape> = {}): Point {
  const shape: BlockShape = {
    model: 'v1.2',
    block: 'spatial',
    task: 'train',
    dtype: 'fp32',
    batch: 1,
    latentFrames: 5,
    rows: 9,
    columns: 16,
    depth: 1,
    checkpoint: false,
    optimizer: false,
    ...over,
  };
  return pointOf(shape, '144p', 17);
}

/** The same on a grid of four tokens: as little as the block takes. */
export function tinyPoint(over: Partial<BlockShape> = {}): Point {
  return {
    ...spatialPoint({ latentFrames: 1, rows: 2, columns: 2, ...over }),
    resolution: 'tiny',
    frames: 1,
  };
}
