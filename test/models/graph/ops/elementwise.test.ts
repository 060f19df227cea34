import { describe, expect, it } from 'vitest';
import { add, addNumber, mul } from '../../../../models/graph/ops/elementwise.js';
import { broadcastShape } from '../../../../models/graph/value.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

/** Where an element of a broadcast result is read from. */
function source(shape: readonly number[], result: readonly number[], index: number): number {
  let rest = index;
  let offset = 0;
  let stride = 1;
  for (let axis = result.length - 1; axis >= 0; axis--) {
    const place = rest % result[axis]!;
    rest = Math.floor(rest / result[axis]!);
    const size = shape[axis - result.length + shape.length] ?? 1;
    offset += (size === 1 ? 0 : place) * stride;
    stride *= size;
  }
  return offset;
}

const both =
  (f: (a: number, b: number) => number) =>
  ([a, b]: readonly Tensor[]): Tensor[] => {
    const shape = broadcastShape(a!.shape, b!.shape);
    const at = (x: Tensor, index: number) => x.data[source(x.shape, shape, index)]!;
    return [tensor(shape, (index) => f(at(a!, index), at(b!, index)))];
  };

const shapes: [a: number[], b: number[]][] = [
  [
    [2, 3, 4],
    [2, 3, 4],
  ],
  [
    [2, 3, 4],
    [2, 1, 4],
  ],
  [
    [3, 4],
    [2, 3, 4],
  ],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [[2, 3, 4], [4]],
];

describe('broadcasting operators', () => {
  it.each(shapes)('add [%s] and [%s]', async (a, b) => {
    const errors = await checkOperator({
      inputs: [randomTensor(a, 1), randomTensor(b, 2)],
      build: (graph, [left, right]) => [add(graph, left!, right!)],
      reference: both((x, y) => x + y),
    });
    for (const error of [...errors.outputs, ...errors.gradients]) expect(error).toBeLessThan(1e-5);
  });

  it.each(shapes)('multiply [%s] and [%s]', async (a, b) => {
    const errors = await checkOperator({
      inputs: [randomTensor(a, 1), randomTensor(b, 2)],
      build: (graph, [left, right]) => [mul(graph, left!, right!)],
      reference: both((x, y) => x * y),
    });
    for (const error of [...errors.outputs, ...errors.gradients]) expect(error).toBeLessThan(1e-5);
  });

  it.each([0, 1])('multiply where factor %i needs no gradient', async (frozen) => {
    const errors = await checkOperator({
      inputs: [randomTensor([2, 3], 1), randomTensor([1, 3], 2)],
      frozen: [frozen],
      build: (graph, [left, right]) => [mul(graph, left!, right!)],
      reference: both((x, y) => x * y),
    });
    expect(errors.gradients[frozen]).toBeNull();
    expect(errors.gradients[1 - frozen]).toBeLessThan(1e-5);
  });

  it('sum the gradients of a value that is read twice', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([2, 3], 1)],
      build: (graph, [x]) => [mul(graph, add(graph, x!, x!), addNumber(graph, x!, 2))],
      reference: ([x]) => [
        tensor(
          x!.shape,
          x!.data.map((number) => 2 * number * (number + 2)),
        ),
      ],
    });
    for (const error of [...errors.outputs, ...errors.gradients]) expect(error).toBeLessThan(1e-5);
  });

  it('refuse shapes that do not broadcast', () => {
    expect(() => broadcastShape([2, 3], [2, 4])).toThrow('[2,3] and [2,4] do not broadcast');
  });
});
