import type { Graph } from '../graph/graph.js';
import type { KeyMask } from '../graph/ops/attention.js';
import { concat, rearrange, reshape, split } from '../graph/ops/shape.js';
import { elements, type Value } from '../graph/value.js';
import type { BatchShape } from './architecture.js';

type Window = readonly [rows: number, columns: number];

/** Added to the score of a key that is padding: −∞ for all purposes, and within fp16. */
const hidden = -3e4;

interface Grid {
  paddedRows: number;
  paddedColumns: number;
  down: number;
  across: number;
}

function grid({ rows, columns }: BatchShape, [height, width]: Window): Grid {
  const down = Math.ceil(rows / height);
  const across = Math.ceil(columns / width);
  return { down, across, paddedRows: down * height, paddedColumns: across * width };
}

/** Zeros at the end of an axis. */
function padAxis(graph: Graph, x: Value, axis: number, length: number): Value {
  const missing = length - x.shape[axis]!;
  if (missing === 0) return x;
  const zeros = graph.filled(
    x.shape.map((size, index) => (index === axis ? missing : size)),
    0,
  );
  return concat(graph, [x, zeros], axis);
}

/**
 * Cuts a video's tokens into windows of rows × columns by all latent frames, padded with zeros at the bottom
 * and the right (v1.3:opensora/models/layers/blocks.py `pad_to_multiples`, `split_seq_cat_batch`).
 *
 * @param x `[batch, tokens, width]`, frame by frame
 * @returns windows `[windows × batch, rows × columns × frames, width]`, and which keys are padding
 */
export function toWindows(
  graph: Graph,
  x: Value,
  shape: BatchShape,
  window: Window,
): { windows: Value; mask: KeyMask | undefined } {
  const { batch, latentFrames, rows, columns } = shape;
  const { down, across, paddedRows, paddedColumns } = grid(shape, window);
  const width = x.shape[2]!;
  const tokens = reshape(graph, x, [batch, latentFrames, rows, columns, width]);
  const padded = padAxis(graph, padAxis(graph, tokens, 2, paddedRows), 3, paddedColumns);
  const length = window[0] * window[1] * latentFrames;
  const windows = rearrange(
    graph,
    padded,
    [batch, latentFrames, down, window[0], across, window[1], width],
    [2, 4, 0, 3, 5, 1, 6],
    [down * across * batch, length, width],
  );
  return { windows, mask: keyMask(graph, shape, window) };
}

/** Puts windows back into a video's tokens, without the padding. */
export function fromWindows(graph: Graph, windows: Value, shape: BatchShape, window: Window): Value {
  const { batch, latentFrames, rows, columns } = shape;
  const { down, across, paddedRows, paddedColumns } = grid(shape, window);
  const width = windows.shape[2]!;
  const padded = rearrange(
    graph,
    windows,
    [down, across, batch, window[0], window[1], latentFrames, width],
    [2, 5, 0, 3, 1, 4, 6],
    [batch, latentFrames, paddedRows, paddedColumns, width],
  );
  const cut = (x: Value, axis: number, size: number) =>
    size === x.shape[axis] ? x : split(graph, x, axis, [size, x.shape[axis]! - size], true)[0]!;
  return reshape(graph, cut(cut(padded, 2, rows), 3, columns), [batch, latentFrames * rows * columns, width]);
}

function keyMask(graph: Graph, shape: BatchShape, window: Window): KeyMask | undefined {
  const { batch, latentFrames, rows, columns } = shape;
  const { down, across, paddedRows, paddedColumns } = grid(shape, window);
  if (paddedRows === rows && paddedColumns === columns) return undefined;
  const keep: number[] = [];
  for (let i = 0; i < down; i++)
    for (let j = 0; j < across; j++)
      for (let b = 0; b < batch; b++)
        for (let row = 0; row < window[0]; row++)
          for (let column = 0; column < window[1]; column++) {
            const real = i * window[0] + row < rows && j * window[1] + column < columns;
            for (let t = 0; t < latentFrames; t++) keep.push(real ? 1 : 0);
          }
  const dims = [down * across * batch, window[0] * window[1] * latentFrames];
  if (elements(dims) !== keep.length) throw new Error('the key mask does not cover the windows');
  return {
    keep: graph.initializer('keep', dims, 'int32', 'constant', { values: keep }),
    bias: graph.initializer('mask', dims, graph.dtype, 'activation', {
      values: keep.map((real) => (real ? 0 : hidden)),
    }),
  };
}
