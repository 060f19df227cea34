import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../models/blocks/architecture.js';
import { buildStep } from '../../../models/blocks/step.js';
import type { BlockShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { BlockKind, Dtype, ModelId } from '../../../models/catalog/types.js';
import { cudaKernels } from '../../../models/graph/cuda-kernels.js';
import type { GraphNode } from '../../../models/graph/node.js';
import { openGraph } from '../../support/run-graph.js';

const models: ModelId[] = ['v1.0', 'v1.1', 'v1.2', 'v1.3', 'v2.0'];
const blocks = models.flatMap((model) =>
  (Object.keys(modelVersion(model).depth) as BlockKind[]).map((block) => ({ model, block })),
);

/** Shapes that between them use every way a block can be built: chunks and padding of each kind, AdamW or not. */
const variants: Omit<BlockShape, 'model' | 'block' | 'dtype'>[] = [
  {
    task: 'train',
    batch: 1,
    latentFrames: 1,
    rows: 3,
    columns: 5,
    depth: 1,
    checkpoint: false,
    optimizer: true,
  },
  {
    task: 'train',
    batch: 2,
    latentFrames: 16,
    rows: 45,
    columns: 80,
    depth: 2,
    checkpoint: true,
    optimizer: true,
  },
  {
    task: 'train',
    batch: 8,
    latentFrames: 30,
    rows: 16,
    columns: 16,
    depth: 1,
    checkpoint: false,
    optimizer: false,
  },
  {
    task: 'infer',
    batch: 2,
    latentFrames: 16,
    rows: 16,
    columns: 24,
    depth: 2,
    checkpoint: false,
    optimizer: false,
  },
];

/** Nodes, those inside the bodies of `Scan`s too. */
function everyNode(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.flatMap((node) => {
    const { body } = node.attributes;
    return typeof body === 'object' && 'graph' in body ? [node, ...everyNode(body.graph.nodes)] : [node];
  });
}

const isFloat = (type: string): type is Dtype => type === 'fp32' || type === 'bf16' || type === 'fp16';

/** Operators of a block in each variant, with the types of the numbers that they read and write. */
function operators(model: ModelId, block: BlockKind, dtype: Dtype): Map<string, Set<Dtype>> {
  const found = new Map<string, Set<Dtype>>();
  for (const variant of variants) {
    const { graph } = buildStep(architectureOf(model), { ...variant, model, block, dtype });
    for (const { op, domain, inputs, outputs } of everyNode(graph.nodes)) {
      const name = domain ? `${domain}.${op}` : op;
      const types = found.get(name) ?? new Set();
      for (const value of [...inputs, ...outputs]) if (value && isFloat(value.type)) types.add(value.type);
      found.set(name, types);
    }
  }
  return found;
}

describe.each(blocks)('CUDA kernels for $model $block', ({ model, block }) => {
  it.each<Dtype>(['bf16', 'fp16', 'fp32'])('are there in %s', (dtype) => {
    const used = operators(model, block, dtype);
    expect(used.size).toBeGreaterThan(15);
    const lacking = [...used].flatMap(([name, types]) =>
      [...types].filter((type) => !cudaKernels[name]?.includes(type)).map((type) => `${name} in ${type}`),
    );
    expect(lacking).toEqual([]);
  });

  // The CPU has no kernels for bf16, but it reads the model and infers its types and shapes before it says so.
  it('is a model whose types and shapes agree in bf16, which fails for want of kernels alone', async () => {
    const narrow = { ...architectureOf(model), hidden: 48, heads: model === 'v2.0' ? 2 : 4, textTokens: 8 };
    for (const variant of variants.slice(0, 1)) {
      const shape = { ...variant, depth: 2, checkpoint: true, model, block, dtype: 'bf16' as const };
      const { graph, output } = buildStep({ ...narrow, rotaryAxes: [4, 8, 12] }, shape);
      await expect(openGraph(graph, [output])).rejects.toThrow('Could not find an implementation');
    }
  });
});

it('the variants reach a Scan, a mask and AdamW', () => {
  const shapes = variants.map(
    (variant) => ({ ...variant, model: 'v1.3', block: 'temporal', dtype: 'bf16' }) as const,
  );
  const graphs = shapes.map((shape) => buildStep(architectureOf('v1.3'), shape).graph);
  expect(graphs.some(({ nodes }) => nodes.some(({ op }) => op === 'Scan'))).toBe(true);
  expect(
    graphs.some(({ initializers }) => initializers.some(({ value }) => value.name.startsWith('keep'))),
  ).toBe(true);
  expect(graphs.some(({ nodes }) => nodes.some(({ op }) => op === 'Sqrt'))).toBe(true);
});
