import type { Dtype } from '../catalog/types.js';
import { anchor } from '../graph/anchor.js';
import { Graph } from '../graph/graph.js';
import type { Value } from '../graph/value.js';

/** Square matrices that are multiplied one after the other. */
export interface MatrixProduct {
  /** Rows and columns. */
  size: number;
  dtype: Dtype;
  /** Products in a run: so many that its launch and its end are nothing beside them. */
  products: number;
}

/**
 * A graph of matrix products and nothing else: A·B, that times B, and so on. It holds four matrices at most, and its
 * output is one number, so that nothing crosses the bus.
 */
export function buildMatrixProduct({ size, dtype, products }: MatrixProduct): {
  graph: Graph;
  output: Value;
  flops: number;
} {
  const graph = new Graph(dtype);
  const shape = [size, size];
  // Uniform in ±√(3/n): a product keeps the size of its numbers, which fp16 would run out of otherwise.
  const factor = graph.parameter('factor', shape, { random: Math.sqrt(3 / size) });
  const flops = 2 * size ** 3;
  let product = graph.initializer('start', shape, dtype, 'constant', { random: 1 });
  for (let step = 0; step < products; step++)
    product = graph.node('Gemm', [product, factor], shape, { class: 'matmul', flops });
  return { graph, output: anchor(graph, null, [product]), flops: flops * products };
}
