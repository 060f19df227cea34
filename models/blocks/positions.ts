import type { Architecture, BatchShape } from './architecture.js';

const theta = 10_000;

/** Angles of one position along an axis that has `width` of a head: width / 2 of them. */
function angles(position: number, width: number): number[] {
  return Array.from({ length: width / 2 }, (_, i) => position * theta ** ((-2 * i) / width));
}

/** Every (row, column, frame) in the order given by the nesting of the loops. */
function* places(sizes: readonly number[]): Generator<number[]> {
  if (sizes.length === 0) {
    yield [];
    return;
  }
  const [first, ...rest] = sizes as [number, ...number[]];
  for (let i = 0; i < first; i++) for (const place of places(rest)) yield [i, ...place];
}

/** A frame index for each position: v1.1's and v1.2's temporal attention. */
export function temporalAngles({ latentFrames }: BatchShape, headDim: number): number[][] {
  return Array.from({ length: latentFrames }, (_, frame) => angles(frame, headDim));
}

/**
 * v1.3: thirds of a head turn by frame, row and column; rows and columns are scaled to a 512 px picture
 * (v1.3:opensora/models/layers/blocks.py `rotate_3d`, stdit3.py `scale`).
 */
function thirds(headDim: number, scale: number, frame: number, row: number, column: number): number[] {
  const third = headDim / 3;
  return [frame, row / scale, column / scale].flatMap((position) => angles(position, third));
}

const pixelsPerToken = 16;

function positionScale({ rows, columns }: BatchShape): number {
  return Math.sqrt(rows * pixelsPerToken * columns * pixelsPerToken) / 512;
}

/** v1.3's spatial attention: all places of a frame, the frame's own third not turned. */
export function spatialAngles(shape: BatchShape, headDim: number): number[][] {
  const scale = positionScale(shape);
  return [...places([shape.rows, shape.columns])].map(([row, column]) =>
    thirds(headDim, scale, 0, row!, column!),
  );
}

/** v1.3's windowed attention: places inside a window, frames innermost. */
export function windowAngles(shape: BatchShape, headDim: number, window: readonly [number, number]): number[][] {
  const scale = positionScale(shape);
  return [...places([...window, shape.latentFrames])].map(([row, column, frame]) =>
    thirds(headDim, scale, frame!, row!, column!),
  );
}

/** v2.0's joint sequence: text at the origin, then the video by frame, row and column on axes of their own. */
export function jointAngles(
  shape: BatchShape,
  { textTokens, rotaryAxes }: Pick<Architecture, 'textTokens' | 'rotaryAxes'>,
): number[][] {
  const at = (place: readonly number[]) => rotaryAxes.flatMap((width, axis) => angles(place[axis]!, width));
  const text = Array.from({ length: textTokens }, () => at([0, 0, 0]));
  return [...text, ...[...places([shape.latentFrames, shape.rows, shape.columns])].map(at)];
}
