import { describe, expect, it } from 'vitest';
import { type Architecture, architectureOf } from '../../../models/blocks/architecture.js';
import { modelBlocks } from '../../../models/blocks/model-blocks.js';
import { buildStep } from '../../../models/blocks/step.js';
import { stepMemory } from '../../../models/blocks/step-memory.js';
import type { StepShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import { profileGraph } from '../../support/run-graph.js';

// Narrow, and of few tokens, so that gradients weigh as much as activations do.
const narrow = (model: 'v1.2' | 'v2.0'): Architecture => ({
  ...architectureOf(model),
  ...{ hidden: 96, heads: 4, textTokens: 8, rotaryAxes: [4, 8, 12] },
});

type Case = [
  name: string,
  model: 'v1.2' | 'v2.0',
  checkpoint: boolean,
  depths: number[],
  over?: Partial<StepShape>,
];
const all = [2, 4, 8, 16, 28];
const zero = (optimised: number, allGradients = false, tensorRanks = 1): Partial<StepShape> => ({
  optimizer: true,
  rank: { optimised, allGradients, tensorRanks },
});
const cases: Case[] = [
  ['v1.2', 'v1.2', false, all],
  ['v1.2, checkpointed', 'v1.2', true, all],
  ['v2.0', 'v2.0', false, all, { rows: 8, columns: 8 }],
  ['v2.0, checkpointed', 'v2.0', true, all],
  ['v1.2 with AdamW, checkpointed', 'v1.2', true, [8], { optimizer: true }],
  ["one of 8 of ZeRO-2's ranks of v1.2, checkpointed", 'v1.2', true, [8], zero(1 / 8)],
  ["one of 2 of ZeRO-2's ranks of v2.0", 'v2.0', false, [8], zero(1 / 2)],
  ["one of 4 of ZeRO-1's ranks of v2.0, checkpointed", 'v2.0', true, [8], zero(1 / 4, true)],
  ['one of 2 tensor ranks of v2.0, checkpointed', 'v2.0', true, [8], zero(1 / 4, false, 2)],
  ['a LoRA, which no parameter of the blocks is stepped for', 'v1.2', true, [8], zero(0)],
  ['inference of v2.0', 'v2.0', false, [8], { task: 'infer' }],
  ['shared weights of v2.0, checkpointed', 'v2.0', true, [8], { ...zero(1 / 2), sharedWeights: true }],
];

const atDepths = cases.flatMap(([name, model, checkpoint, depths, over]) =>
  depths.map((count) => ({ name: `${name}, ${count} blocks of each kind`, model, checkpoint, count, over })),
);

describe('the live peak of a step that was run, by the depth law', () => {
  // ONNX Runtime loads the deepest in some seconds, and in many where other tests run beside it.
  it.each(atDepths)('$name', { timeout: 180_000 }, async ({ model, checkpoint, count, over }) => {
    const depth = Object.fromEntries(Object.keys(modelVersion(model).depth).map((kind) => [kind, count]));
    const shape: StepShape = {
      ...{ model, task: 'train', dtype: 'fp32', batch: 1, latentFrames: 4, rows: 4, columns: 4 },
      ...{ optimizer: false, sharedWeights: false, blocks: modelBlocks({ depth }, checkpoint ? depth : {}) },
      ...over,
    };
    const { graph, output } = buildStep(narrow(model), shape);
    const { peakBytes } = await profileGraph(graph, output);
    const law = stepMemory(narrow(model), shape).live.bytes;
    expect(Math.abs(law / peakBytes - 1)).toBeLessThan(0.03);
  });
});
