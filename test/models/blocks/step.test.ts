import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { analyseBlock, analyseStep, blockTokens } from '../../../models/blocks/analyse.js';
import { type Architecture, architectureOf } from '../../../models/blocks/architecture.js';
import { type BuiltStep, buildStep } from '../../../models/blocks/step.js';
import type { BlockShape } from '../../../models/blocks/types.js';
import type { BlockKind, ModelId } from '../../../models/catalog/types.js';
import { randomNumbers } from '../../../models/graph/fill.js';
import { onnxType } from '../../../models/graph/onnx-proto.js';
import { binary } from '../../../models/graph/ops/elementwise.js';
import { asShape } from '../../../models/graph/ops/shape.js';
import { serialise } from '../../../models/graph/serialise.js';
import { elements, type Value } from '../../../models/graph/value.js';
import { openGraph, profileGraph, runGraph } from '../../support/run-graph.js';

const base = {
  task: 'train',
  dtype: 'fp32',
  batch: 1,
  latentFrames: 2,
  rows: 4,
  columns: 6,
  depth: 1,
  checkpoint: false,
  optimizer: false,
} as const;

const kinds: [ModelId, BlockKind, number][] = [
  ['v1.0', 'spatiotemporal', 26_568_576],
  ['v1.1', 'spatiotemporal', 26_572_320],
  ['v1.2', 'spatial', 21_255_696],
  ['v1.2', 'temporal', 21_255_696],
  ['v1.3', 'spatial', 21_255_696],
  ['v1.3', 'temporal', 21_255_696],
  ['v2.0', 'double', 339_831_296],
  ['v2.0', 'single', 141_591_808],
];

function narrow(model: ModelId, hidden = 48): Architecture {
  const heads = model === 'v2.0' ? hidden / 24 : 4;
  return { ...architectureOf(model), hidden, heads, textTokens: 8, rotaryAxes: [4, 8, 12] };
}

/** Builds and runs at small width. */
function small(shape: Pick<BlockShape, 'model' | 'block'> & Partial<BlockShape>, hidden?: number) {
  const full = { ...base, ...shape };
  return {
    shape: full,
    step: buildStep(narrow(full.model, hidden), full, { adamw: { learningRate: 3e-3 } }),
  };
}

describe('blocks at full width', () => {
  it.each(kinds)('%s %s has %i parameters', (model, block, parameters) => {
    expect(analyseBlock({ ...base, model, block, depth: 2 }).parameters).toBe(parameters);
    expect(analyseBlock({ ...base, model, block, task: 'infer' }).parameters).toBe(parameters);
  });

  it('v2.0 double at 768 px and 129 frames is a small graph that runs its attention in a Scan', () => {
    const shape: BlockShape = {
      ...base,
      model: 'v2.0',
      block: 'double',
      dtype: 'bf16',
      latentFrames: 33,
      rows: 48,
      columns: 48,
      optimizer: true,
    };
    expect(blockTokens(shape)).toBe(76_544);
    const { graph, output } = buildStep(architectureOf('v2.0'), shape);
    expect(graph.nodes.filter(({ op }) => op === 'Scan')).toHaveLength(1);
    expect(serialise(graph, [output]).bytes.length).toBeLessThan(1e6);
  });

  it('counts the operations of an attention that is cut in chunks as those of one that is not', () => {
    const shape: BlockShape = {
      ...base,
      model: 'v2.0',
      block: 'single',
      latentFrames: 4,
      rows: 24,
      columns: 24,
    };
    const [tokens, { hidden, mlpRatio }] = [blockTokens(shape), architectureOf('v2.0')];
    const linears =
      (2 * hidden * hidden + (2 + 2 * mlpRatio) * hidden * hidden) * tokens + 3 * hidden * hidden;
    // Two products forward; five in the backward, the scores among them.
    const attention = 2 * (2 + 5) * tokens * tokens * hidden;
    expect(buildStep(architectureOf('v2.0'), shape).graph.nodes.some(({ op }) => op === 'Scan')).toBe(true);
    expect(analyseBlock(shape).flops).toBe(3 * 2 * linears + attention);
  });
});

describe('training', () => {
  /** Runs steps on one batch, each fed the weights and moments of the one before; answers the losses. */
  async function train({ graph, loss, optimizer }: BuiltStep, steps: number): Promise<number[]> {
    const states = optimizer.flatMap(({ before, after }) => [
      { before: before.parameter, after: after.parameter },
      { before: before.firstMoment, after: after.firstMoment },
      { before: before.secondMoment, after: after.secondMoment },
    ]);
    // Initial weights: a run of the graph that gives them back.
    const weights = graph.parameters;
    const initial = await runGraph(
      graph,
      weights.map((weight) => binary(graph, 'Mul', weight, graph.constant(1))),
    );
    let current = states.map(({ before }) => {
      const index = weights.indexOf(before);
      return new ort.Tensor(
        'float32',
        initial[index] ?? new Float32Array(elements(before.shape)),
        before.shape,
      );
    });
    const session = await openGraph(
      graph,
      [loss!, ...states.map(({ after }) => after)],
      states.map(({ before }) => before),
    );
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const found = await session.run(
        Object.fromEntries(states.map(({ before }, index) => [before.name, current[index]!])),
      );
      losses.push((found[loss!.name]!.data as Float32Array)[0]!);
      current = states.map(({ after }) => found[after.name] as ort.TypedTensor<'float32'>);
    }
    await session.release();
    return losses;
  }

  it.each([
    ['v1.2', 'spatial', false],
    ['v2.0', 'double', true],
  ] as const)('on one batch lowers the loss: %s %s, checkpointed: %s', async (model, block, checkpoint) => {
    const losses = await train(small({ model, block, checkpoint, depth: 2, optimizer: true }).step, 10);
    for (const loss of losses) expect(loss).toBeGreaterThan(0);
    expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!);
    // Steadily, but for the last steps' overshooting.
    expect(losses.slice(1, 6).every((loss, index) => loss < losses[index]!)).toBe(true);
  });

  /** Loss, and the sum of squares of every gradient. */
  async function figures(
    { graph, loss, gradients }: BuiltStep,
    feeds?: Map<Value, number[]>,
  ): Promise<number[]> {
    const norms = [...gradients.values()].map((gradient) => squaredNorm(graph, gradient));
    return (await runGraph(graph, [loss!, ...norms], feeds)).map(([number]) => number!);
  }

  it.each([
    ['v1.2', 'temporal'],
    ['v1.3', 'temporal'],
    ['v2.0', 'double'],
  ] as const)('in fp16 is close to fp32 on the same numbers: %s %s', async (model, block) => {
    const [wide, half] = await Promise.all(
      (['fp32', 'fp16'] as const).map((dtype) => {
        const { step } = small({ model, block, dtype });
        return figures(step, sameNumbers(step));
      }),
    );
    expect(half!.length).toBeGreaterThan(16);
    const apart = half!.map((number, index) => Math.abs(number / wide![index]! - 1));
    expect(apart.filter((difference) => !(difference < 0.02))).toEqual([]);
  });

  it('in fp16 is finite at full width, with gradients neither lost nor overflowing', async () => {
    const shape: BlockShape = { ...base, model: 'v1.2', block: 'spatial', dtype: 'fp16', latentFrames: 1 };
    const found = await figures(buildStep({ ...architectureOf('v1.2'), textTokens: 8 }, shape));
    for (const number of found) {
      expect(number).toBeGreaterThan(0);
      expect(number).toBeLessThan(1e9);
    }
  });
});

/** Numbers for every random tensor, the same for each type: exact in fp16, and in the scale that is asked. */
function sameNumbers({ graph }: BuiltStep): Map<Value, number[]> {
  const feeds = new Map<Value, number[]>();
  for (const { value, filling } of graph.initializers) {
    if (!('random' in filling)) continue;
    const grain = 2 ** (Math.floor(Math.log2(filling.random)) - 8);
    const uniform = randomNumbers(elements(value.shape), feeds.size);
    feeds.set(
      value,
      Array.from(uniform, (number) => Math.round((number * filling.random) / grain) * grain),
    );
  }
  return feeds;
}

/** Sum of a value's squares, in fp32 `[1]`. */
function squaredNorm(graph: BuiltStep['graph'], value: Value): Value {
  const wide =
    value.type === 'fp32'
      ? value
      : graph.node('Cast', [value], value.shape, { type: 'fp32', attributes: { to: onnxType.fp32 } });
  const axes = graph.constant(
    value.shape.map((_, axis) => axis),
    'int64',
  );
  const sum = graph.node('ReduceSum', [binary(graph, 'Mul', wide, wide), axes], [], {
    attributes: { keepdims: 0 },
  });
  return asShape(graph, sum, [1]);
}

/** Within half a percent, and some vectors of the conditioning that ONNX Runtime's planner gives on to others. */
function expectSamePeak(worked: number, measuredBytes: number): void {
  expect(Math.abs(worked - measuredBytes)).toBeLessThan(0.005 * measuredBytes + 1024);
}

/** Many tokens to a narrow width: activations outweigh gradients of weights. */
const tall = { rows: 12, columns: 16, latentFrames: 4 } as const;

const measured: (Pick<BlockShape, 'model' | 'block'> & Partial<BlockShape>)[] = [
  ...kinds.flatMap(([model, block]) => [
    { model, block },
    { model, block, depth: 3, checkpoint: true },
  ]),
  { model: 'v1.2', block: 'spatial', depth: 3, ...tall },
  { model: 'v1.2', block: 'spatial', depth: 3, checkpoint: true, ...tall },
  { model: 'v1.2', block: 'spatial', checkpoint: true, ...tall },
  { model: 'v2.0', block: 'double', depth: 3 },
  { model: 'v2.0', block: 'double', checkpoint: true },
  { model: 'v1.2', block: 'temporal', depth: 2, optimizer: true, batch: 2 },
  { model: 'v2.0', block: 'single', depth: 2, task: 'infer' },
];

describe('live peak', () => {
  it.each(measured)('is as the graph says: %o', async (given) => {
    const { step, shape } = small(given);
    const { nodes, peakBytes } = await profileGraph(step.graph, step.output);
    const { liveBytes, nodes: count } = analyseStep(step, shape);
    expectSamePeak(liveBytes, peakBytes);
    // ONNX Runtime ran the nodes in the order that they were written for.
    expect(nodes.map(({ name }) => Number(name.split('/').at(-1)))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    );
  });

  it.each([
    ['samples', { model: 'v1.2', block: 'spatial', latentFrames: 8, rows: 32, columns: 32 }],
    ['queries', { model: 'v2.0', block: 'single', latentFrames: 1, rows: 64, columns: 64 }],
    [
      'queries, two blocks checkpointed',
      { model: 'v2.0', block: 'double', latentFrames: 1, rows: 64, columns: 46, depth: 2, checkpoint: true },
    ],
  ] as const)('with a Scan over %s: the profile sees inside it', async (_, given) => {
    const { step, shape } = small(given);
    expect(step.graph.nodes.some(({ op }) => op === 'Scan')).toBe(true);
    const { nodes, peakBytes } = await profileGraph(step.graph, step.output);
    const { liveBytes, nodes: count } = analyseStep(step, shape);
    expectSamePeak(liveBytes, peakBytes);
    // The nodes of every iteration are events of their own, beside the Scan's: whoever adds up times takes one.
    expect(nodes.length).toBeGreaterThan(count);
    // The peak is inside: the events of the outer graph are all below it.
    const scan = nodes.findIndex(({ name }) => name.includes('/Scan/'));
    expect(Math.max(...nodes.slice(0, scan).map(({ liveBytes: live }) => live))).toBe(peakBytes);
  });

  it.each([
    ['v1.2', 'spatial'],
    ['v1.1', 'spatiotemporal'],
  ] as const)('is really lowered by checkpointing: %s %s', async (model, block) => {
    const peak = async (depth: number, checkpoint: boolean) => {
      const { step } = small({ model, block, depth, checkpoint, ...tall }, 96);
      return (await profileGraph(step.graph, step.output)).peakBytes;
    };
    expect(await peak(3, true)).toBeLessThan(0.6 * (await peak(3, false)));
    // What another block adds: without, all that it keeps; with, its input and its weights' gradients.
    const added = async (checkpoint: boolean) => (await peak(4, checkpoint)) - (await peak(3, checkpoint));
    expect(await added(true)).toBeLessThan(0.15 * (await added(false)));
  });
});

describe('inference', () => {
  it('keeps nothing for a backward and has no gradients', () => {
    const { step, shape } = small({ model: 'v1.2', block: 'spatial', task: 'infer', depth: 2 });
    expect(step.gradients.size).toBe(0);
    expect(step.loss).toBeNull();
    expect(step.graph.tape).toEqual([]);
    expect(analyseStep(step, shape)).toMatchObject({ savedForBackwardBytes: 0, optimizerStateBytes: 0 });
  });

  it('does not hold more the deeper it is', () => {
    const live = (depth: number) => {
      const { step, shape } = small({ model: 'v2.0', block: 'double', task: 'infer', depth });
      return analyseStep(step, shape).liveBytes;
    };
    expect(live(4)).toBe(live(2));
  });
});

describe('AdamW in a step', () => {
  it('can be left out, and adds what it holds', () => {
    for (const [dtype, bytes] of [
      ['fp32', 8],
      ['bf16', 12],
    ] as const) {
      const of = (optimizer: boolean) => {
        const { step, shape } = small({ model: 'v1.2', block: 'spatial', dtype, optimizer });
        return { ...analyseStep(step, shape), ops: step.graph.nodes.map(({ class: kind }) => kind) };
      };
      const [without, withIt] = [of(false), of(true)];
      expect(without.optimizerStateBytes).toBe(0);
      expect(without.ops).not.toContain('optimizer');
      expect(withIt.optimizerStateBytes).toBe(bytes * withIt.parameters);
      expect(withIt.savedForBackwardBytes).toBe(without.savedForBackwardBytes);
      expect(withIt.ops).toContain('optimizer');
    }
  });
});

describe('checkpointing in a step', () => {
  it('keeps the inputs of each block alone, and recomputes its operations', () => {
    const of = (checkpoint: boolean, task: 'train' | 'infer' = 'train') => {
      const { step, shape } = small({ model: 'v1.2', block: 'spatial', depth: 3, checkpoint, task });
      return analyseStep(step, shape);
    };
    const [plain, recomputed, forward] = [of(false), of(true), of(false, 'infer')];
    const perBlock = (recomputed.savedForBackwardBytes - recomputed.sharedSavedBytes) / 3;
    expect(perBlock).toBe(recomputed.blockInputBytes);
    expect(recomputed.flops).toBe(plain.flops + forward.flops);
  });
});
