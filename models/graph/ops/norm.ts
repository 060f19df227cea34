import type { Graph } from '../graph.js';
import type { OperatorClass } from '../node.js';
import { onnxType } from '../onnx-proto.js';
import type { Value } from '../value.js';
import { scaled, sumOver } from './elementwise.js';

const norm: { class: OperatorClass } = { class: 'norm' };
const epsilon = 1e-6;

function step(graph: Graph, op: 'Add' | 'Sub' | 'Mul', a: Value, b: Value): Value {
  return graph.node(op, [a, b], a.shape, norm);
}

/** Mean over the last axis, kept as length 1, in x's type. */
function meanLast(graph: Graph, x: Value): Value {
  return scaled(graph, sumOver(graph, x, [x.shape.length - 1]), 1 / x.shape.at(-1)!);
}

/** Statistics are fp32; the arithmetic beside them is in the activations' type. */
function inType(graph: Graph, statistic: Value, like: Value): Value {
  if (statistic.type === like.type) return statistic;
  return graph.node('Cast', [statistic], statistic.shape, {
    ...norm,
    type: like.type,
    attributes: { to: onnxType[like.type] },
  });
}

/**
 * Layer norm without scale and shift over the last axis. Keeps its input, mean and inverse deviation (fp32),
 * as apex's FusedLayerNorm and `torch.native_layer_norm` do.
 */
export function layerNorm(graph: Graph, x: Value): Value {
  const width = x.shape.at(-1)!;
  const statistic = [...x.shape.slice(0, -1), 1];
  const [y, mean, inverse] = graph.nodeOf(
    'LayerNormalization',
    [x, graph.filled([width], 1)],
    [x.shape, statistic, statistic],
    { ...norm, attributes: { axis: -1, epsilon: { float: epsilon } }, types: [x.type, 'fp32', 'fp32'] },
  ) as [Value, Value, Value];
  graph.record({
    name: 'layer-norm',
    inputs: [x],
    outputs: [y],
    saved: [x, mean, inverse],
    rule: ([dy], [keptX, keptMean, keptInverse]) => {
      if (!dy) return [];
      const r = inType(graph, keptInverse!, x);
      const centred = step(graph, 'Sub', keptX!, inType(graph, keptMean!, x));
      const normed = step(graph, 'Mul', centred, r);
      const projection = meanLast(graph, step(graph, 'Mul', dy, normed));
      const rest = step(graph, 'Sub', dy, step(graph, 'Mul', normed, projection));
      return [step(graph, 'Mul', step(graph, 'Sub', rest, meanLast(graph, dy)), r)];
    },
  });
  return y;
}

/**
 * RMS norm with a weight over the last axis (Zhang and Sennrich 2019, arXiv 1910.07467). Keeps its input and
 * the inverse root mean square (fp32), as fused kernels (apex, Liger) do.
 *
 * @param x `[…, d]`
 * @param weight `[d]`
 */
export function rmsNorm(graph: Graph, x: Value, weight: Value): Value {
  const width = x.shape.at(-1)!;
  const statistic = [...x.shape.slice(0, -1), 1];
  const [y, inverse] = graph.nodeOf('SimplifiedLayerNormalization', [x, weight], [x.shape, statistic], {
    ...norm,
    attributes: { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
    types: [x.type, 'fp32'],
  }) as [Value, Value];
  graph.record({
    name: 'rms-norm',
    inputs: [x, weight],
    outputs: [y],
    saved: [x, inverse],
    rule: ([dy], [keptX, keptInverse]) => {
      if (!dy) return [];
      const r = inType(graph, keptInverse!, x);
      const normed = step(graph, 'Mul', keptX!, r);
      const product = step(graph, 'Mul', dy, normed);
      const axes = graph.constant(
        x.shape.slice(0, -1).map((_, axis) => axis),
        'int64',
      );
      const dWeight = graph.node('ReduceSum', [product, axes], [width], {
        ...norm,
        attributes: { keepdims: 0 },
      });
      const projection = meanLast(graph, step(graph, 'Mul', product, weight));
      const rest = step(graph, 'Sub', step(graph, 'Mul', dy, weight), step(graph, 'Mul', normed, projection));
      return [step(graph, 'Mul', rest, r), dWeight];
    },
  });
  return y;
}
