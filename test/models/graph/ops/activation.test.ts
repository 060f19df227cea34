import { describe, expect, it } from 'vitest';
import { gelu, silu } from '../../../../models/graph/ops/activation.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

const elementwise =
  (f: (x: number) => number) =>
  ([x]: readonly Tensor[]): Tensor[] => [tensor(x!.shape, x!.data.map(f))];

// Wide enough that both tails of the activations are met.
const input = randomTensor([4, 50], 5, 3);

describe('activations', () => {
  it('gelu is the tanh form, with its gradient', async () => {
    const errors = await checkOperator({
      inputs: [input],
      build: (graph, [x]) => [gelu(graph, x!)],
      reference: elementwise(
        (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
      ),
    });
    expect(errors.outputs[0]).toBeLessThan(1e-5);
    expect(errors.gradients[0]).toBeLessThan(1e-5);
  });

  it('gelu has a finite gradient far from zero', async () => {
    const errors = await checkOperator({
      inputs: [tensor([4], [-60, -20, 20, 60])],
      build: (graph, [x]) => [gelu(graph, x!)],
      reference: elementwise((x) => Math.max(x, 0)),
    });
    expect(errors.gradients[0]).toBeLessThan(1e-5);
  });

  it('silu is x·sigmoid(x), with its gradient', async () => {
    const errors = await checkOperator({
      inputs: [input],
      build: (graph, [x]) => [silu(graph, x!)],
      reference: elementwise((x) => x / (1 + Math.exp(-x))),
    });
    expect(errors.outputs[0]).toBeLessThan(1e-5);
    expect(errors.gradients[0]).toBeLessThan(1e-5);
  });
});
