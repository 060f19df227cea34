import type { Graph } from '../graph.js';
import { broadcastShape, type Value } from '../value.js';
import { asShape } from './shape.js';

/** Emits a binary node that broadcasts. Not on the tape. */
export function binary(graph: Graph, op: 'Add' | 'Sub' | 'Mul' | 'Div', a: Value, b: Value): Value {
  return graph.node(op, [a, b], broadcastShape(a.shape, b.shape));
}

/** x × factor and x + term with a number. Not on the tape. */
export function scaled(graph: Graph, x: Value, factor: number): Value {
  return binary(graph, 'Mul', x, graph.constant(factor, x.type));
}
export function shifted(graph: Graph, x: Value, term: number): Value {
  return binary(graph, 'Add', x, graph.constant(term, x.type));
}

/**
 * Sum over axes, kept as length 1. (CUDA has no bf16 kernel for the other reductions.) Leading axes of length 1
 * are left out of the node's shape: the CPU's kernel for a sum over the first axis is twice as fast.
 */
export function sumOver(graph: Graph, x: Value, axes: readonly number[]): Value {
  const result = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const leading = x.shape.findIndex((size, axis) => size !== 1 || axes.includes(axis));
  const lean = asShape(graph, x, x.shape.slice(leading));
  const inner = graph.constant(
    axes.map((axis) => axis - leading),
    'int64',
  );
  const summed = graph.node('ReduceSum', [lean, inner], result.slice(leading), {
    attributes: { keepdims: 1 },
  });
  return asShape(graph, summed, result);
}

/** Sums a gradient over the axes along which `shape` was broadcast. */
function unbroadcast(graph: Graph, gradient: Value, shape: readonly number[]): Value {
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) => (size !== (shape[axis - extra] ?? 1) ? [axis] : []));
  const summed = axes.length > 0 ? sumOver(graph, gradient, axes) : gradient;
  return asShape(graph, summed, shape);
}

/** a + b. Keeps nothing. */
export function add(graph: Graph, a: Value, b: Value): Value {
  const y = binary(graph, 'Add', a, b);
  graph.record({
    name: 'add',
    inputs: [a, b],
    outputs: [y],
    saved: [],
    rule: ([dy]) => [a, b].map((x) => (dy && x.requiresGrad ? unbroadcast(graph, dy, x.shape) : undefined)),
  });
  return y;
}

/** x + number. Keeps nothing. */
export function addNumber(graph: Graph, x: Value, term: number): Value {
  const y = shifted(graph, x, term);
  graph.record({ name: 'add', inputs: [x], outputs: [y], saved: [], rule: ([dy]) => [dy] });
  return y;
}

/** a × b. Keeps of the two factors those that the other's gradient needs. */
export function mul(graph: Graph, a: Value, b: Value): Value {
  const y = binary(graph, 'Mul', a, b);
  const keepsA = b.requiresGrad;
  const keepsB = a.requiresGrad;
  graph.record({
    name: 'mul',
    inputs: [a, b],
    outputs: [y],
    saved: [...(keepsA ? [a] : []), ...(keepsB ? [b] : [])],
    rule: ([dy], saved) => {
      const keptB = saved.at(-1);
      if (!dy) return [];
      return [
        keepsB ? unbroadcast(graph, binary(graph, 'Mul', dy, keptB!), a.shape) : undefined,
        keepsA ? unbroadcast(graph, binary(graph, 'Mul', dy, saved[0]!), b.shape) : undefined,
      ];
    },
  });
  return y;
}
