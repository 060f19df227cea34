import { describe, expect, it } from 'vitest';
import { layerNorm, rmsNorm } from '../../../../models/graph/ops/norm.js';
import { checkOperator, randomTensor, type Tensor, tensor } from '../../../support/run-graph.js';

const epsilon = 1e-6;

/** Each row of the last axis through `f`. */
function rows(x: Tensor, f: (row: Float64Array) => Float64Array): Tensor {
  const width = x.shape.at(-1)!;
  const data = new Float64Array(x.data.length);
  for (let start = 0; start < data.length; start += width)
    data.set(f(x.data.subarray(start, start + width)), start);
  return tensor(x.shape, data);
}

const mean = (row: Float64Array) => row.reduce((sum, number) => sum + number, 0) / row.length;

function layerNormed([x]: readonly Tensor[]): Tensor[] {
  return [
    rows(x!, (row) => {
      const centre = mean(row);
      const variance = mean(row.map((number) => (number - centre) ** 2));
      return row.map((number) => (number - centre) / Math.sqrt(variance + epsilon));
    }),
  ];
}

function rmsNormed([x, weight]: readonly Tensor[]): Tensor[] {
  return [
    rows(x!, (row) => {
      const root = Math.sqrt(mean(row.map((number) => number ** 2)) + epsilon);
      return row.map((number, index) => (number / root) * weight!.data[index]!);
    }),
  ];
}

describe('norms', () => {
  it('layer norm has no scale and no shift, and its gradient is right', async () => {
    const centre = randomTensor([2, 3, 16], 1, 1.5);
    const errors = await checkOperator({
      inputs: [
        tensor(
          centre.shape,
          centre.data.map((number) => Math.fround(number + 0.5)),
        ),
      ],
      build: (graph, [x]) => [layerNorm(graph, x!)],
      reference: layerNormed,
    });
    expect(errors.outputs[0]).toBeLessThan(1e-5);
    expect(errors.gradients[0]).toBeLessThan(1e-5);
  });

  it('layer norm adds epsilon to the variance', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([4, 8], 2, 1e-3)],
      build: (graph, [x]) => [layerNorm(graph, x!)],
      reference: layerNormed,
    });
    expect(errors.outputs[0]).toBeLessThan(1e-4);
  });

  it('RMS norm scales by its weight, and both gradients are right', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([2, 3, 4, 12], 1, 1.5), randomTensor([12], 2)],
      weights: [1],
      build: (graph, [x, weight]) => [rmsNorm(graph, x!, weight!)],
      reference: rmsNormed,
    });
    expect(errors.outputs[0]).toBeLessThan(1e-5);
    for (const error of errors.gradients) expect(error).toBeLessThan(1e-5);
  });

  it('RMS norm adds epsilon to the mean square', async () => {
    const errors = await checkOperator({
      inputs: [randomTensor([4, 8], 2, 1e-3), randomTensor([8], 3)],
      weights: [1],
      build: (graph, [x, weight]) => [rmsNorm(graph, x!, weight!)],
      reference: rmsNormed,
    });
    expect(errors.outputs[0]).toBeLessThan(1e-4);
  });
});
