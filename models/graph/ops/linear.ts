import type { Graph } from '../graph.js';
import { elements, type Value } from '../value.js';
import { asMatrix, asShape } from './shape.js';

/**
 * y = x Wᵀ + b, as `torch.nn.Linear`. Keeps its input.
 *
 * @param x `[…, in]`
 * @param weight `[out, in]`
 * @param bias `[out]`, or null
 * @returns `[…, out]`
 */
export function linear(graph: Graph, x: Value, weight: Value, bias: Value | null): Value {
  const [outputs, inputs] = weight.shape as [number, number];
  const rows = elements(x.shape) / inputs;
  const gemm = { class: 'matmul', flops: 2 * rows * outputs * inputs } as const;
  const matrix = graph.node(
    'Gemm',
    bias ? [asMatrix(graph, x), weight, bias] : [asMatrix(graph, x), weight],
    [rows, outputs],
    { ...gemm, attributes: { transB: 1 } },
  );
  const y = asShape(graph, matrix, [...x.shape.slice(0, -1), outputs]);
  graph.record({
    name: 'linear',
    inputs: bias ? [x, weight, bias] : [x, weight],
    outputs: [y],
    saved: [x],
    rule: ([dy], [keptX]) => {
      if (!dy) return [];
      const dyMatrix = asMatrix(graph, dy);
      const dx = x.requiresGrad
        ? asShape(graph, graph.node('Gemm', [dyMatrix, weight], [rows, inputs], gemm), x.shape)
        : undefined;
      const dWeight = graph.node('Gemm', [dyMatrix, asMatrix(graph, keptX!)], weight.shape, {
        ...gemm,
        attributes: { transA: 1 },
      });
      if (!bias) return [dx, dWeight];
      const axes = graph.constant([0], 'int64');
      const dBias = graph.node('ReduceSum', [dyMatrix, axes], bias.shape, { attributes: { keepdims: 0 } });
      return [dx, dWeight, dBias];
    },
  });
  return y;
}
