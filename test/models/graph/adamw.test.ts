import { describe, expect, it } from 'vitest';
import { type AdamW, adamwState, adamwStep } from '../../../models/graph/adamw.js';
import { Graph } from '../../../models/graph/graph.js';
import { maxError, randomTensor, runGraph } from '../../support/run-graph.js';

/** AdamW as Loshchilov and Hutter write it, on plain doubles. */
function reference(start: Float64Array, gradients: readonly Float64Array[], config: AdamW): Float64Array {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = config;
  const weights = Float64Array.from(start);
  const first = new Float64Array(start.length);
  const second = new Float64Array(start.length);
  gradients.forEach((gradient, before) => {
    const count = before + 1;
    gradient.forEach((g, i) => {
      first[i] = beta1 * first[i]! + (1 - beta1) * g;
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
      const corrected = second[i]! / (1 - beta2 ** count);
      weights[i]! -= learningRate * weightDecay * weights[i]!;
      weights[i]! -= (learningRate * (first[i]! / (1 - beta1 ** count))) / (Math.sqrt(corrected) + epsilon);
    });
  });
  return weights;
}

const shape = [5, 7];
const start = randomTensor(shape, 1).data;
const gradients = [2, 3, 4, 5].map((seed) => randomTensor(shape, seed, 0.1).data);

/** The same steps, one graph a step, each fed the state after the one before. */
async function stepped(config: AdamW): Promise<Float32Array> {
  let state: ArrayLike<number>[] = [start, new Float64Array(35), new Float64Array(35)];
  for (const [index, gradient] of gradients.entries()) {
    const graph = new Graph('fp32');
    const before = adamwState(graph, graph.parameter('weight', shape, { random: 1 }));
    const given = graph.initializer('gradient', shape, 'fp32', 'activation', { random: 1 });
    const after = adamwStep(graph, before, given, config, index + 1);
    const [weight, first, second] = state as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
    state = await runGraph(
      graph,
      [after.parameter, after.firstMoment, after.secondMoment],
      new Map([
        [before.parameter, weight],
        [before.firstMoment, first],
        [before.secondMoment, second],
        [given, gradient],
      ]),
    );
  }
  return state[0] as Float32Array;
}

const base: AdamW = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

describe('AdamW', () => {
  it.each([
    ["upstream's settings", base],
    ['weight decay', { ...base, weightDecay: 0.3 }],
    ['other betas and a large epsilon', { ...base, beta1: 0.8, beta2: 0.95, epsilon: 0.05 }],
  ])('takes several steps as the reference does: %s', async (_, config) => {
    const found = await stepped(config);
    const wanted = reference(start, gradients, config);
    const moved = (weights: ArrayLike<number>) =>
      Array.from(weights, (weight, index) => weight - start[index]!);
    expect(maxError(found, wanted)).toBeLessThan(1e-6);
    expect(maxError(moved(found), moved(wanted))).toBeLessThan(1e-4);
  });

  it('holds an fp32 master beside narrower weights, and none beside fp32', () => {
    for (const [dtype, bytes] of [
      ['bf16', 12],
      ['fp16', 12],
      ['fp32', 8],
    ] as const) {
      const graph = new Graph(dtype);
      const parameter = graph.parameter('weight', shape, { random: 1 });
      const state = adamwState(graph, parameter);
      const held = graph.initializers.filter(({ value }) => value.storage.origin === 'state');
      expect(held.reduce((sum, { value }) => sum + value.storage.bytes, 0)).toBe(bytes * 35);
      const gradient = graph.initializer('gradient', shape, dtype, 'activation', { random: 1 });
      const after = adamwStep(graph, state, gradient, base);
      expect(
        [after.parameter, after.master, after.firstMoment, after.secondMoment].map(({ type }) => type),
      ).toEqual([dtype, 'fp32', 'fp32', 'fp32']);
    }
  });
});
