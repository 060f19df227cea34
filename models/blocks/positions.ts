import type { RotaryAxis } from '../graph/ops/rotary.js';
import type { Architecture, BatchShape } from './architecture.js';

/** Index along each of three nested axes, for every place in their order; `first` places before them stand at 0. */
function coordinates(sizes: readonly [number, number, number], first = 0): Float64Array[] {
  const [outer, middle, inner] = sizes;
  const count = first + outer * middle * inner;
  const axes = sizes.map(() => new Float64Array(count));
  let place = first;
  for (let a = 0; a < outer; a++)
    for (let b = 0; b < middle; b++)
      for (let c = 0; c < inner; c++, place++)
        [a, b, c].forEach((index, axis) => {
          axes[axis]![place] = index;
        });
  return axes;
}

/** A frame index for each position: v1.1's and v1.2's temporal attention. */
export function temporalAxes({ latentFrames }: BatchShape, headDim: number): RotaryAxis[] {
  return [{ width: headDim, positions: Float64Array.from({ length: latentFrames }, (_, frame) => frame) }];
}

const pixelsPerToken = 16;

/** v1.3 scales rows and columns to a 512 px picture (v1.3:opensora/models/stdit/stdit3.py `scale`). */
export function positionScale({ rows, columns }: Pick<BatchShape, 'rows' | 'columns'>): number {
  return Math.sqrt(rows * pixelsPerToken * columns * pixelsPerToken) / 512;
}

/** v1.3: thirds of a head turn by frame, row and column (v1.3:opensora/models/layers/blocks.py `rotate_3d`). */
function thirds(
  headDim: number,
  scale: number,
  frame: Float64Array,
  row: Float64Array,
  column: Float64Array,
): RotaryAxis[] {
  const width = headDim / 3;
  const scaled = (positions: Float64Array) => ({
    width,
    positions: positions.map((position) => position / scale),
  });
  return [{ width, positions: frame }, scaled(row), scaled(column)];
}

/** v1.3's spatial attention: all places of a frame, the frame's own third not turned. */
export function spatialAxes(shape: BatchShape, headDim: number): RotaryAxis[] {
  const [frame, row, column] = coordinates([1, shape.rows, shape.columns]) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return thirds(headDim, positionScale(shape), frame, row, column);
}

/** v1.3's windowed attention: places inside a window, frames innermost. */
export function windowAxes(
  shape: BatchShape,
  headDim: number,
  window: readonly [number, number],
): RotaryAxis[] {
  const [row, column, frame] = coordinates([...window, shape.latentFrames]) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return thirds(headDim, positionScale(shape), frame, row, column);
}

/** v2.0's joint sequence: text at the origin, then the video by frame, row and column on axes of their own. */
export function jointAxes(
  shape: BatchShape,
  { textTokens, rotaryAxes }: Pick<Architecture, 'textTokens' | 'rotaryAxes'>,
): RotaryAxis[] {
  const positions = coordinates([shape.latentFrames, shape.rows, shape.columns], textTokens);
  return rotaryAxes.map((width, axis) => ({ width, positions: positions[axis]! }));
}
