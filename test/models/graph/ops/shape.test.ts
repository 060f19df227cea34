import { describe, expect, it } from 'vitest';
import { backward, savedBytes } from '../../../../models/graph/backward.js';
import { Graph } from '../../../../models/graph/graph.js';
import { mul } from '../../../../models/graph/ops/elementwise.js';
import { concat, rearrange, reshape, split } from '../../../../models/graph/ops/shape.js';
import { elements } from '../../../../models/graph/value.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

/** Every place of a shape, the last axis fastest. */
function places(shape: readonly number[]): number[][] {
  return Array.from({ length: elements(shape) }, (_, index) => {
    let rest = index;
    return shape
      .toReversed()
      .map((size) => {
        const place = rest % size;
        rest = Math.floor(rest / size);
        return place;
      })
      .reverse();
  });
}

const offset = (shape: readonly number[], place: readonly number[]) =>
  place.reduce((sum, index, axis) => sum * shape[axis]! + index, 0);

function sliced(x: Tensor, axis: number, start: number, size: number): Tensor {
  const shape = x.shape.map((length, index) => (index === axis ? size : length));
  const read = places(shape).map(
    (place) =>
      x.data[
        offset(
          x.shape,
          place.map((index, at) => (at === axis ? index + start : index)),
        )
      ]!,
  );
  return tensor(shape, read);
}

function permuted(x: Tensor, permutation: readonly number[]): Tensor {
  const shape = permutation.map((axis) => x.shape[axis]!);
  const read = places(shape).map((place) => {
    const origin: number[] = [];
    permutation.forEach((axis, at) => {
      origin[axis] = place[at]!;
    });
    return x.data[offset(x.shape, origin)]!;
  });
  return tensor(shape, read);
}

async function expectExact(spec: Parameters<typeof checkOperator>[0]): Promise<void> {
  const errors = await checkOperator(spec);
  for (const error of errors.outputs) expect(error).toBe(0);
  for (const error of errors.gradients) expect(error).toBeLessThan(1e-6);
}

describe('shape operators', () => {
  it('reshape', () =>
    expectExact({
      inputs: [randomTensor([2, 3, 4], 1)],
      build: (graph, [x]) => [reshape(graph, x!, [6, 4])],
      reference: ([x]) => [tensor([6, 4], x!.data)],
    }));

  it('reshape refuses another number of elements', () => {
    const graph = new Graph('fp32');
    expect(() => reshape(graph, graph.filled([2, 3], 0), [4])).toThrow('[2,3] does not reshape to [4]');
  });

  it.each([[[0, 2, 1, 3]], [[2, 0, 1, 3]], [[1, 3, 0, 2]]])('rearrange by %s and back', (permutation) =>
    expectExact({
      inputs: [randomTensor([2, 12, 5], 1)],
      build: (graph, [x]) => [rearrange(graph, x!, [2, 3, 4, 5], permutation, [120])],
      reference: ([x]) => [tensor([120], permuted(tensor([2, 3, 4, 5], x!.data), permutation).data)],
    }),
  );

  it.each([0, 1, 2])('concat along axis %i', (axis) => {
    const shapes = [1, 2, 3].map((size) =>
      [2, 2, 2].map((length, index) => (index === axis ? size : length)),
    );
    return expectExact({
      inputs: shapes.map((shape, index) => randomTensor(shape, index + 1)),
      build: (graph, parts) => [concat(graph, parts, axis)],
      reference: (parts) => {
        const shape = [2, 2, 2].map((length, index) => (index === axis ? 6 : length));
        const starts = [0, 1, 3];
        const read = places(shape).map((place) => {
          const part = starts.findLastIndex((start) => place[axis]! >= start);
          const moved = place.map((index, at) => (at === axis ? index - starts[part]! : index));
          return parts[part]!.data[offset(parts[part]!.shape, moved)]!;
        });
        return [tensor(shape, read)];
      },
    });
  });

  it.each([false, true])('split, as copies: %s', (copies) =>
    expectExact({
      inputs: [randomTensor([2, 6, 3], 1)],
      build: (graph, [x]) => split(graph, x!, 1, [1, 2, 3], copies),
      reference: ([x]) => [sliced(x!, 1, 0, 1), sliced(x!, 1, 1, 2), sliced(x!, 1, 3, 3)],
    }),
  );

  it('split gives zeros for a piece that no gradient reaches', () =>
    expectExact({
      inputs: [randomTensor([2, 6], 1)],
      build: (graph, [x]) => [split(graph, x!, 1, [2, 4])[1]!],
      reference: ([x]) => [sliced(x!, 1, 2, 4)],
    }));

  it('pieces that are kept count as their base, once, and are cut from it again', async () => {
    let saved = 0;
    const errors = await checkOperator({
      inputs: [randomTensor([2, 6], 1), randomTensor([2, 6], 2)],
      build: (graph, [x, other]) => {
        // A base that is made, so that it is an activation of the tape.
        const [left, right] = split(graph, mul(graph, x!, other!), 1, [3, 3]);
        const before = savedBytes(graph.tape).total;
        const y = mul(graph, left!, right!);
        saved = savedBytes(graph.tape).total - before;
        return [y];
      },
      reference: ([x, other]) => {
        const base = tensor([2, 6], (index) => x!.data[index]! * other!.data[index]!);
        const [left, right] = [sliced(base, 1, 0, 3), sliced(base, 1, 3, 3)];
        return [tensor([2, 3], (index) => left.data[index]! * right.data[index]!)];
      },
    });
    expect(saved).toBe(2 * 6 * 4);
    for (const error of [...errors.outputs, ...errors.gradients]) expect(error).toBeLessThan(1e-5);
  });

  it('copies that are kept count for themselves', () => {
    const graph = new Graph('fp32');
    const x = graph.initializer('x', [2, 6], 'fp32', 'activation', { random: 1 });
    x.requiresGrad = true;
    const [left, right] = split(graph, x, 1, [2, 4], true);
    mul(graph, left!, left!);
    expect(savedBytes(graph.tape).total).toBe(2 * 2 * 4);
    expect(right!.storage).not.toBe(x.storage);
  });

  it('a gradient flows through a reshape of a slice', () =>
    expectExact({
      inputs: [randomTensor([2, 6], 1)],
      build: (graph, [x]) => [reshape(graph, split(graph, x!, 1, [2, 4])[1]!, [4, 2])],
      reference: ([x]) => [tensor([4, 2], sliced(x!, 1, 2, 4).data)],
    }));
});

it('a backward from nothing gives nothing', () => {
  const graph = new Graph('fp32');
  const x = graph.initializer('x', [2], 'fp32', 'activation', { random: 1 });
  x.requiresGrad = true;
  mul(graph, x, x);
  expect(backward(graph, graph.tape, new Map()).size).toBe(0);
});
