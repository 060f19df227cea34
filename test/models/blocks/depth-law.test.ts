import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { type Architecture, architectureOf } from '../../../models/blocks/architecture.js';
import { modelBlocks } from '../../../models/blocks/model-blocks.js';
import { type BuiltStep, buildStep } from '../../../models/blocks/step.js';
import { stepMemory } from '../../../models/blocks/step-memory.js';
import type { PlannedBlock, StepShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { ModelId } from '../../../models/catalog/types.js';
import { livePeaks, runOrder } from '../../../models/graph/schedule.js';
import { serialise } from '../../../models/graph/serialise.js';
import { elements } from '../../../models/graph/value.js';
import { profileGraph } from '../../support/run-graph.js';

const grids = {
  'v1.0': { latentFrames: 16, rows: 16, columns: 16 },
  'v1.1': { latentFrames: 16, rows: 18, columns: 32 },
  'v1.2': { latentFrames: 15, rows: 20, columns: 27 },
  'v1.3': { latentFrames: 8, rows: 20, columns: 27 },
  'v2.0': { latentFrames: 5, rows: 32, columns: 32 },
} as const;
const depths = [2, 4, 8, 16, 28] as const;

/** As many blocks of each kind, all or none of them checkpointed. */
function blocksOf(model: ModelId, count: number, checkpoint: boolean): PlannedBlock[] {
  const depth = Object.fromEntries(Object.keys(modelVersion(model).depth).map((kind) => [kind, count]));
  return modelBlocks({ depth }, checkpoint ? depth : {});
}

function stepOf(model: ModelId, blocks: PlannedBlock[]): StepShape {
  return {
    ...{ model, blocks, task: 'train', dtype: 'bf16', batch: 2, optimizer: false, sharedWeights: false },
    ...grids[model],
  };
}

function livePeak(shape: StepShape): number {
  const { graph, output } = buildStep(architectureOf(shape.model), shape);
  return livePeaks(graph, runOrder(graph.nodes, [output])).live;
}

/** How far the law is from a peak, as a share of it. */
function awayFromLaw(shape: StepShape, peak: number, architecture = architectureOf(shape.model)): number {
  return Math.abs(stepMemory(architecture, shape).live.bytes / peak - 1);
}

describe('the live peak at depth', () => {
  const cases = (Object.keys(grids) as ModelId[]).flatMap((model) =>
    [false, true].map((checkpoint) => ({ model, checkpoint })),
  );
  it.each(cases)('follows from one block of each kind: %o', ({ model, checkpoint }) => {
    for (const depth of depths) {
      const shape = stepOf(model, blocksOf(model, depth, checkpoint));
      expect(awayFromLaw(shape, livePeak(shape)), `${depth} blocks of each kind`).toBeLessThan(0.03);
    }
  });

  it('follows where some blocks of a kind are checkpointed, as in v2.0 (8, 100)', () => {
    const blocks = modelBlocks({ depth: { double: 19, single: 38 } }, { double: 8, single: 100 });
    const shape = stepOf('v2.0', blocks);
    expect(awayFromLaw(shape, livePeak(shape))).toBeLessThan(0.03);
  });
});

describe('a whole model', () => {
  it('takes turns of spatial and temporal blocks in v1.2, and ends v2.0 with its single ones', () => {
    expect(modelBlocks(modelVersion('v1.2'), { spatial: 1 }).slice(0, 3)).toEqual([
      { kind: 'spatial', checkpoint: true },
      { kind: 'temporal', checkpoint: false },
      { kind: 'spatial', checkpoint: false },
    ]);
    const two = modelBlocks(modelVersion('v2.0'), { double: 8, single: 100 });
    expect(two.map(({ kind }) => kind)).toEqual([...Array(19).fill('double'), ...Array(38).fill('single')]);
    expect(two.filter(({ checkpoint }) => checkpoint)).toHaveLength(8 + 38);
  });

  it.each(['v1.2', 'v2.0'] as const)('%s has the parameters of all its blocks', (model) => {
    const version = modelVersion(model);
    const { graph } = buildStep(architectureOf(model), stepOf(model, modelBlocks(version, version.depth)));
    const wanted = Object.entries(version.depth).reduce(
      (sum, [kind, count]) => sum + count * version.blockParameters[kind as 'double']!,
      0,
    );
    expect(graph.parameters.reduce((sum, { shape }) => sum + elements(shape), 0)).toBe(wanted);
  });

  it('shares the weights of a kind where it is told to, and gives each block gradients of its own', () => {
    const narrow = { ...architectureOf('v2.0'), hidden: 48, heads: 2, textTokens: 8, rotaryAxes: [4, 8, 12] };
    const shape = { ...stepOf('v2.0', blocksOf('v2.0', 3, true)), sharedWeights: true };
    const one = buildStep(narrow, { ...shape, blocks: blocksOf('v2.0', 1, true) });
    const many = buildStep(narrow, shape);
    const stored = ({ graph }: BuiltStep) =>
      graph.initializers.flatMap(({ value }) => (value.storage.origin === 'parameter' ? [value.name] : []));
    expect(stored(many)).toEqual(stored(one));
    expect(many.graph.parameters).toHaveLength(3 * one.graph.parameters.length);
    expect(many.graph.parameters.every((parameter) => many.gradients.has(parameter))).toBe(true);
  });

  it.each(['v1.2', 'v2.0'] as const)('%s runs as the graph says, checkpointed in part', async (model) => {
    const narrow: Architecture = {
      ...architectureOf(model),
      ...{ hidden: 48, heads: model === 'v2.0' ? 2 : 4, textTokens: 8, rotaryAxes: [4, 8, 12] },
    };
    const kinds = Object.keys(modelVersion(model).depth);
    const depth = Object.fromEntries(kinds.map((kind) => [kind, 3]));
    const shape: StepShape = {
      ...stepOf(model, modelBlocks({ depth }, { [kinds[0]!]: 2, [kinds[1]!]: 3 })),
      ...{ dtype: 'fp32', latentFrames: 4, rows: 12, columns: 16 },
    };
    const step = buildStep(narrow, shape);
    const worked = livePeaks(step.graph, runOrder(step.graph.nodes, [step.output])).live;
    const { peakBytes } = await profileGraph(step.graph, step.output);
    expect(Math.abs(worked / peakBytes - 1)).toBeLessThan(0.005);
  });

  it("is loaded whole: v2.0's 57 checkpointed blocks at 76,544 tokens, without weights", async () => {
    const version = modelVersion('v2.0');
    const shape: StepShape = {
      ...stepOf('v2.0', modelBlocks(version, version.depth)),
      ...{ dtype: 'fp32', batch: 1, latentFrames: 33, rows: 48, columns: 48, optimizer: true },
    };
    const step = buildStep(architectureOf('v2.0'), shape);
    const weights = step.graph.initializers.filter(({ filling }) => !('values' in filling));
    const { bytes } = serialise(step.graph, [step.output], new Set(weights.map(({ value }) => value)));
    expect(bytes.length).toBeLessThan(50e6);
    const session = await ort.InferenceSession.create(bytes, {
      graphOptimizationLevel: 'disabled',
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    const named = weights.filter(({ value }) => session.inputNames.includes(value.name));
    expect(named).toHaveLength(weights.length);
    await session.release();
  });
});
