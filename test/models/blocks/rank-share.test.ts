import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Architecture, architectureOf } from '../../../models/blocks/architecture.js';
import { modelBlocks } from '../../../models/blocks/model-blocks.js';
import { optimisedOf } from '../../../models/blocks/rank-share.js';
import { buildStep } from '../../../models/blocks/step.js';
import type { RankShare, StepShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { ModelId } from '../../../models/catalog/types.js';
import { elements, type Value } from '../../../models/graph/value.js';
import { maxError, randomTensor, runGraph } from '../../support/run-graph.js';

const narrow = (model: ModelId): Architecture => ({
  ...architectureOf(model),
  ...{ hidden: 48, heads: 4, textTokens: 8, rotaryAxes: [4, 4, 4] },
});
const whole: RankShare = { optimised: 1, allGradients: true, tensorRanks: 1 };

function stepOf(model: ModelId, depth: Partial<StepShape> & { count: number }): StepShape {
  const { count, ...over } = depth;
  const kinds = Object.keys(modelVersion(model).depth);
  const blocks = modelBlocks({ depth: Object.fromEntries(kinds.map((kind) => [kind, count])) }, {});
  return {
    ...{ model, task: 'train', dtype: 'fp32', batch: 1, latentFrames: 2, rows: 2, columns: 4 },
    ...{ blocks, sharedWeights: false, optimizer: true },
    ...over,
  };
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

describe('the parameters of one ZeRO rank', () => {
  it('add up to its share, to within the smallest tensor that is left out, and are spread over the model', () => {
    const size = fc.integer({ min: 1, max: 5_000_000 });
    fc.assert(
      fc.property(
        fc.array(size, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sizes, share) => {
          const taken = optimisedOf(sizes, share);
          const missing = share * sum(sizes) - sum(sizes.filter((_, index) => taken[index]));
          expect(missing).toBeGreaterThanOrEqual(-1e-6);
          const left = sizes.filter((_, index) => !taken[index]);
          if (left.length > 0) expect(missing).toBeLessThan(Math.min(...left));
          else expect(missing).toBeLessThan(1e-6 * sum(sizes) + 1);
        },
      ),
    );
  });

  it.each([
    ['v1.2', 2],
    ['v1.2', 8],
    ['v2.0', 8],
    ['v2.0', 64],
  ] as const)('%s over %i ranks: within a thousandth of the parameters', (model, ranks) => {
    const version = modelVersion(model);
    const shape = { ...stepOf(model, { count: 1 }), blocks: modelBlocks(version, version.depth) };
    const { graph } = buildStep(architectureOf(model), { ...shape, optimizer: false });
    const sizes = graph.parameters.map(({ shape: dims }) => elements(dims));
    const taken = optimisedOf(sizes, 1 / ranks);
    const own = sum(sizes.filter((_, index) => taken[index]));
    expect(Math.abs(own - sum(sizes) / ranks)).toBeLessThan(1e-3 * sum(sizes));
    // Up to any block the share is kept to within the largest tensor and what the whole model's remainder took.
    let passed = 0;
    let held = 0;
    for (const [index, size] of sizes.entries()) {
      passed += size;
      held += taken[index] ? size : 0;
      expect(Math.abs(held - passed / ranks)).toBeLessThan(2 * Math.max(...sizes));
    }
  });

  it('are stepped as the whole model steps them, and no others', async () => {
    const shape = stepOf('v1.2', { count: 2 });
    const built = (rank: RankShare) => buildStep(narrow('v1.2'), { ...shape, rank });
    const [one, all] = [built({ ...whole, optimised: 1 / 3, allGradients: false }), built(whole)];
    const names = one.optimizer.map(({ before }) => before.parameter.name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.length).toBeLessThan(all.optimizer.length);
    const results = async ({ graph, loss, optimizer }: typeof one) => {
      const own = optimizer.filter(({ before }) => names.includes(before.parameter.name));
      const outputs = own.flatMap(({ after }) => [after.parameter, after.firstMoment, after.secondMoment]);
      return runGraph(graph, [loss!, ...outputs], states(graph.initializers.map(({ value }) => value)));
    };
    const [mine, wanted] = [await results(one), await results(all)];
    expect(mine.length).toBe(1 + 3 * names.length);
    for (const [index, data] of mine.entries()) expect(maxError(data, wanted[index]!)).toBeLessThan(1e-6);
  });
});

/** The same numbers for the same state, whatever else the graph has: random ones depend on their place among all. */
function states(values: readonly Value[]): Map<Value, ArrayLike<number>> {
  const wanted = values.filter(({ storage }) => storage.origin === 'parameter' || storage.origin === 'state');
  return new Map(
    wanted.map((value) => {
      const name = value.name.replace(/_\d+$/, '');
      const seed = [...name].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7);
      const { data } = randomTensor(value.shape, seed, 0.03);
      return [value, name.startsWith('moment2') ? data.map(Math.abs) : data];
    }),
  );
}

describe('a tensor rank', () => {
  it.each([2, 4])(
    "of %i has its share of v2.0's blocks, and all ranks together their work",
    (tensorRanks) => {
      const rank = { ...whole, tensorRanks };
      const of = (over?: RankShare) => {
        const shape = stepOf('v2.0', { count: 1, task: 'infer', ...(over && { rank: over }) });
        const { graph } = buildStep(architectureOf('v2.0'), shape);
        const parts = (parameters: readonly Value[]) =>
          sum(parameters.map(({ shape: dims }) => elements(dims)));
        return { parameters: parts(graph.parameters), flops: sum(graph.nodes.map(({ flops }) => flops)) };
      };
      const { hidden } = architectureOf('v2.0');
      // Two streams of the double block and one of the single: q, k, v, output and both of the MLP (Linear1D_Col, _Row).
      const divided = 3 * (12 * hidden ** 2 + 7 * hidden);
      expect(of().parameters - of(rank).parameters).toBe(divided * (1 - 1 / tensorRanks));
      // Modulation alone is done by every rank.
      const modulation = 2 * (2 * 6 + 3) * hidden ** 2;
      expect(tensorRanks * (of(rank).flops - modulation)).toBe(of().flops - modulation);
    },
  );

  it("adds up with the others' to the whole block: v2.0 single", async () => {
    const [ranks, hidden] = [2, 48];
    const blocks = [{ kind: 'single', checkpoint: false }] as const;
    const built = (rank: RankShare) =>
      buildStep(
        narrow('v2.0'),
        { ...stepOf('v2.0', { count: 1, task: 'infer', rank }), blocks },
        { given: true },
      );
    const all = built(whole);
    const given = states(all.graph.initializers.map(({ value }) => value));
    for (const [value] of given)
      if (value.name === 'linear2.bias') given.set(value, new Float32Array(hidden));
    const named = new Map([...given].map(([value, data]) => [value.name, { data, shape: value.shape }]));
    const { x, vector } = all.forward.inputs;
    const [stream, condition] = [randomTensor(x!.shape, 3).data, randomTensor(vector!.shape, 4).data];
    const added = async (step: typeof all, weights: Map<Value, ArrayLike<number>>) => {
      const inputs: [Value, ArrayLike<number>][] = [
        [step.forward.inputs.x!, stream],
        [step.forward.inputs.vector!, condition],
      ];
      const [out] = await runGraph(step.graph, step.forward.leaving, new Map([...weights, ...inputs]));
      return out!.map((number, index) => number - stream[index]!);
    };
    const wanted = await added(all, given);
    const total = new Float32Array(wanted.length);
    for (let index = 0; index < ranks; index++) {
      const step = built({ ...whole, tensorRanks: ranks });
      const weights = new Map(
        step.graph.parameters.map(
          (value) => [value, slice(value, named.get(value.name)!, index, hidden)] as const,
        ),
      );
      const own = await added(step, weights);
      for (const [place, number] of own.entries()) total[place]! += number;
    }
    expect(maxError(total, wanted)).toBeLessThan(1e-5);
  });
});

/** A rank's part of a whole block's weight: equal shares of the parts that v_mlp and linear2 join, one after the other. */
function slice(
  { name, shape }: Value,
  { data, shape: from }: { data: ArrayLike<number>; shape: readonly number[] },
  rank: number,
  hidden: number,
): ArrayLike<number> {
  const axis = shape.findIndex((size, index) => size !== from[index]);
  if (axis < 0) return data;
  const parts = name.startsWith('v_mlp') || name.startsWith('linear2') ? [hidden, 4 * hidden] : [hidden];
  const ranks = from[axis]! / shape[axis]!;
  let start = 0;
  const places = parts.flatMap((size) => {
    const first = start + (rank * size) / ranks;
    start += size;
    return Array.from({ length: size / ranks }, (_, index) => first + index);
  });
  const inner = from.slice(axis + 1).reduce((product, size) => product * size, 1);
  const outer = from.slice(0, axis).reduce((product, size) => product * size, 1);
  const picked: number[] = [];
  for (let row = 0; row < outer; row++)
    for (const place of places)
      for (let column = 0; column < inner; column++)
        picked.push(data[(row * from[axis]! + place) * inner + column]!);
  return picked;
}
