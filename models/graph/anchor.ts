import type { Graph } from './graph.js';
import { onnxType } from './onnx-proto.js';
import { asShape } from './ops/shape.js';
import type { Value } from './value.js';

/** One element of a tensor as fp32 `[1]`: reading it makes the whole tensor be worked out, and costs nothing. */
function firstElement(graph: Graph, x: Value): Value {
  const list = (values: readonly number[]) => graph.constant(values, 'int64');
  const axes = x.shape.map((_, axis) => axis);
  const corner = graph.node(
    'Slice',
    [x, list(axes.map(() => 0)), list(axes.map(() => 1)), list(axes)],
    axes.map(() => 1),
    { class: 'other' },
  );
  const flat = asShape(graph, corner, [1]);
  if (flat.type === 'fp32') return flat;
  return graph.node('Cast', [flat], [1], { class: 'other', type: 'fp32', attributes: { to: onnxType.fp32 } });
}

/**
 * Ties values to the graph's one output. They are worked out in the order given, and what is read here again
 * stays alive until here: that is how gradients are kept to the end of a step, as PyTorch keeps `.grad`.
 */
export function anchor(graph: Graph, total: Value | null, values: readonly Value[]): Value {
  let sum = total;
  for (const value of values) {
    const element = firstElement(graph, value);
    sum = sum ? graph.node('Add', [sum, element], [1], { class: 'other' }) : element;
  }
  if (!sum) throw new Error('nothing to tie to the output');
  return sum;
}
