import type { Graph } from '../graph.js';
import { elements, type Value } from '../value.js';

const int64 = (graph: Graph, values: readonly number[]) => graph.constant(values, 'int64');

/** Emits a Reshape: the same buffer under another shape. Not on the tape; see `reshape`. */
export function asShape(graph: Graph, x: Value, shape: readonly number[]): Value {
  if (elements(shape) !== elements(x.shape))
    throw new RangeError(`[${x.shape}] does not reshape to [${shape}]`);
  if (shape.join() === x.shape.join()) return x;
  return graph.node('Reshape', [x, graph.shapeTensor(shape)], shape, { alias: true, class: 'other' });
}

/**
 * The same tensor by a Reshape to its own shape, which ONNX Runtime does not know before it runs (see `shapeTensor`), nor
 * that of anything that is made of it. Not on the tape; see `unplanned`.
 *
 * Of shapes that it knows its planner gives a dead tensor's buffer to a later one and holds it in between, and looks for
 * such a buffer through all that are dead: in a graph of 57 blocks that is most of the time of loading.
 */
export function shapeless(graph: Graph, x: Value): Value {
  return graph.node('Reshape', [x, graph.shapeTensor(x.shape)], x.shape, { alias: true, class: 'other' });
}

/** `shapeless` on the tape. */
export function unplanned(graph: Graph, x: Value): Value {
  const y = shapeless(graph, x);
  graph.record({ name: 'reshape', inputs: [x], outputs: [y], saved: [], rule: ([dy]) => [dy] });
  return y;
}

/** `x` as a matrix: all axes but the last folded. */
export function asMatrix(graph: Graph, x: Value): Value {
  const columns = x.shape.at(-1)!;
  return asShape(graph, x, [elements(x.shape) / columns, columns]);
}

export function transpose(graph: Graph, x: Value, permutation: readonly number[]): Value {
  return graph.node(
    'Transpose',
    [x],
    permutation.map((axis) => x.shape[axis]!),
    { attributes: { perm: permutation }, class: 'other' },
  );
}

/** One slice of an axis. ONNX copies it; as a view it counts as its base's storage. */
export function sliceAxis(
  graph: Graph,
  x: Value,
  axis: number,
  start: number,
  size: number,
  asView = false,
): Value {
  const shape = x.shape.map((length, index) => (index === axis ? size : length));
  const bounds = [[start], [start + size], [axis]].map((list) => int64(graph, list));
  const share = asView
    ? {
        storage: x.storage,
        view: { base: x, rebuild: (base: Value) => sliceAxis(graph, base, axis, start, size) },
      }
    : {};
  return graph.node('Slice', [x, ...bounds], shape, { class: 'other', ...share });
}

/** A view with another shape (`Tensor.view`). */
export function reshape(graph: Graph, x: Value, shape: readonly number[]): Value {
  const y = asShape(graph, x, shape);
  if (y === x) return x;
  graph.record({
    name: 'reshape',
    inputs: [x],
    outputs: [y],
    saved: [],
    rule: ([dy]) => [dy && asShape(graph, dy, x.shape)],
  });
  return y;
}

/** `einops.rearrange` that moves axes, and so copies: view as `split`, permute, view as `merged`. */
export function rearrange(
  graph: Graph,
  x: Value,
  split: readonly number[],
  permutation: readonly number[],
  merged: readonly number[],
): Value {
  const move = (value: Value, from: readonly number[], axes: readonly number[], to: readonly number[]) =>
    asShape(graph, transpose(graph, asShape(graph, value, from), axes), to);
  const y = move(x, split, permutation, merged);
  const moved = permutation.map((axis) => split[axis]!);
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  graph.record({
    name: 'rearrange',
    inputs: [x],
    outputs: [y],
    saved: [],
    rule: ([dy]) => [dy && move(dy, moved, inverse, x.shape)],
  });
  return y;
}

/**
 * Slices of an axis, as PyTorch's `chunk` and `split` give them: views of one storage, of which a kept one is
 * sliced from its base again in the backward; or `copies` where upstream makes them contiguous.
 */
export function split(
  graph: Graph,
  x: Value,
  axis: number,
  sizes: readonly number[],
  copies = false,
): Value[] {
  let start = 0;
  const pieces = sizes.map((size) => {
    start += size;
    return sliceAxis(graph, x, axis, start - size, size, !copies);
  });
  graph.record({
    name: 'split',
    inputs: [x],
    outputs: pieces,
    saved: [],
    rule: (gradients) => {
      const all = gradients.map((dy, index) => dy ?? graph.filled(pieces[index]!.shape, 0));
      return [graph.node('Concat', all, x.shape, { attributes: { axis }, class: 'other' })];
    },
  });
  return pieces;
}

export function concat(graph: Graph, parts: readonly Value[], axis: number): Value {
  const sizes = parts.map((part) => part.shape[axis]!);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shape = parts[0]!.shape.map((size, index) => (index === axis ? total : size));
  const y = graph.node('Concat', parts, shape, { attributes: { axis }, class: 'other' });
  graph.record({
    name: 'concat',
    inputs: parts,
    outputs: [y],
    saved: [],
    rule: ([dy]) => {
      if (!dy) return [];
      let start = 0;
      return sizes.map((size) => {
        start += size;
        return sliceAxis(graph, dy, axis, start - size, size);
      });
    },
  });
  return y;
}
