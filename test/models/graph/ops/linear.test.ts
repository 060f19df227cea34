import { describe, expect, it } from 'vitest';
import { linear } from '../../../../models/graph/ops/linear.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

function reference([x, weight, bias]: readonly Tensor[]): Tensor[] {
  const [outputs, inputs] = weight!.shape as [number, number];
  const shape = [...x!.shape.slice(0, -1), outputs];
  return [
    tensor(shape, (index) => {
      const row = Math.floor(index / outputs) * inputs;
      const column = index % outputs;
      let sum = bias?.data[column] ?? 0;
      for (let i = 0; i < inputs; i++) sum += x!.data[row + i]! * weight!.data[column * inputs + i]!;
      return sum;
    }),
  ];
}

describe('linear', () => {
  it('is x Wᵀ + b, with its gradients', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([2, 3, 5], 1), randomTensor([7, 5], 2), randomTensor([7], 3)],
      weights: [1, 2],
      build: (graph, [x, weight, bias]) => [linear(graph, x!, weight!, bias!)],
      reference,
    });
    expect(Math.max(...errors.outputs)).toBeLessThan(1e-5);
    for (const error of errors.gradients) expect(error).toBeLessThan(1e-5);
  });

  it('goes without a bias, and spares the gradient of an input that needs none', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([4, 5], 1), randomTensor([3, 5], 2)],
      weights: [1],
      frozen: [0],
      build: (graph, [x, weight]) => [linear(graph, x!, weight!, null)],
      reference,
    });
    expect(Math.max(...errors.outputs)).toBeLessThan(1e-5);
    expect(errors.gradients[0]).toBeNull();
    expect(errors.gradients[1]).toBeLessThan(1e-5);
  });
});
