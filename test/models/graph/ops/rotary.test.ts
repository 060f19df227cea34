import { describe, expect, it } from 'vitest';
import { rotary, rotaryTables } from '../../../../models/graph/ops/rotary.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

const positions = 5;
const heads = 3;
const headDim = 8;
// Two axes, as of a picture: 6 of a head's 8 numbers turn by row, 2 by column.
const axes = [
  { width: 6, positions: [0, 1, 2, 3, 1] },
  { width: 2, positions: [0, 0.5, 1, 1.5, 2] },
];
const angles = Array.from({ length: positions }, (_, token) =>
  axes.flatMap(({ width, positions: along }) =>
    Array.from({ length: width / 2 }, (_, i) => along[token]! / 10_000 ** ((2 * i) / width)),
  ),
);

/** Every pair of a head's numbers turned by its angle; pairs are neighbours, or one of each half. */
const turned =
  (interleaved: boolean) =>
  ([x]: readonly Tensor[]): Tensor[] => {
    const data = Float64Array.from(x!.data);
    for (let start = 0; start < data.length; start += headDim) {
      const row = angles[Math.floor(start / (heads * headDim)) % positions]!;
      row.forEach((angle, pair) => {
        const first = start + (interleaved ? 2 * pair : pair);
        const second = first + (interleaved ? 1 : headDim / 2);
        const [a, b] = [x!.data[first]!, x!.data[second]!];
        data[first] = a * Math.cos(angle) - b * Math.sin(angle);
        data[second] = b * Math.cos(angle) + a * Math.sin(angle);
      });
    }
    return [tensor(x!.shape, data)];
  };

describe('rotary embedding', () => {
  it.each([
    ['neighbouring pairs', true],
    ['halves', false],
  ])('turns %s, and the gradient back', async (_, interleaved) => {
    const errors = await checkOperator({
      inputs: [randomTensor([2, positions, heads * headDim], 1)],
      build: (graph, [x]) => [rotary(graph, x!, heads, rotaryTables(graph, axes, interleaved))],
      reference: turned(interleaved),
    });
    expect(errors.outputs[0]).toBeLessThan(1e-5);
    expect(errors.gradients[0]).toBeLessThan(1e-5);
  });
});
