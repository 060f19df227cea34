import { beforeAll, describe, expect, it } from 'vitest';
import { type Architecture, architectureOf } from '../../../models/blocks/architecture.js';
import { buildForward, stepShape } from '../../../models/blocks/forward.js';
import { positionScale } from '../../../models/blocks/positions.js';
import type { BlockShape } from '../../../models/blocks/types.js';
import type { BlockKind, ModelId } from '../../../models/catalog/types.js';
import { backward } from '../../../models/graph/backward.js';
import { findTorch, runPython } from '../../support/python.js';
import { maxError, randomTensor, runGraph } from '../../support/run-graph.js';

interface BlockCase {
  name: string;
  model: ModelId;
  block: BlockKind;
  latentFrames?: number;
  rows: number;
  columns: number;
  /** v1.3: smaller windows than its 8 × 8. */
  window?: [number, number];
}

const cases: BlockCase[] = [
  { name: 'v1.0', model: 'v1.0', block: 'spatiotemporal', rows: 2, columns: 3 },
  { name: 'v1.0, an image', model: 'v1.0', block: 'spatiotemporal', latentFrames: 1, rows: 2, columns: 3 },
  { name: 'v1.1', model: 'v1.1', block: 'spatiotemporal', rows: 2, columns: 3 },
  { name: 'v1.2 spatial', model: 'v1.2', block: 'spatial', rows: 2, columns: 3 },
  { name: 'v1.2 temporal', model: 'v1.2', block: 'temporal', rows: 2, columns: 3 },
  { name: 'v1.3 spatial', model: 'v1.3', block: 'spatial', rows: 2, columns: 3 },
  {
    name: 'v1.3 temporal, whole windows',
    model: 'v1.3',
    block: 'temporal',
    rows: 4,
    columns: 6,
    window: [2, 3],
  },
  { name: 'v1.3 temporal, padded', model: 'v1.3', block: 'temporal', rows: 3, columns: 7, window: [2, 3] },
  {
    name: 'v1.3 temporal, its own windows padded',
    model: 'v1.3',
    block: 'temporal',
    latentFrames: 2,
    rows: 3,
    columns: 9,
  },
  { name: 'v2.0 double', model: 'v2.0', block: 'double', rows: 2, columns: 3 },
  { name: 'v2.0 single', model: 'v2.0', block: 'single', rows: 2, columns: 3 },
];

const batch = 2;
const textTokens = 4;
const hidden = 48;

/** 48 wide: heads of 12, which v1.3 cuts in thirds; v2.0's of 24, their axes all different. */
function architectureFor({ model, window }: BlockCase): Architecture {
  const full = architectureOf(model);
  return {
    ...full,
    hidden,
    heads: model === 'v2.0' ? 2 : 4,
    textTokens,
    rotaryAxes: [4, 8, 12],
    attention: { ...full.attention, temporalWindow: window ?? full.attention.temporalWindow },
  };
}

const shapeOf = ({ model, block, latentFrames = 3, rows, columns }: BlockCase): BlockShape => ({
  model,
  block,
  latentFrames,
  rows,
  columns,
  checkpoint: false,
  task: 'train',
  dtype: 'fp32',
  batch,
  depth: 1,
  optimizer: false,
});

interface Document {
  shape: readonly number[];
  data: number[];
}
type Documents = Record<string, Document>;

/** The reference's names of our inputs and outputs. */
const inputNames: Partial<Record<BlockKind, Record<string, string>>> = {
  double: { x: 'img', text: 'txt', vector: 'vec' },
  single: { x: 'x', vector: 'vec' },
};
const stditNames = { x: 'x', text: 'y', timestep: 't', temporalTimestep: 't_tmp' };
const outputNames = (block: BlockKind) => (block === 'double' ? ['img', 'txt'] : ['x']);

interface Ours {
  request: Record<string, unknown> & { parameters: Documents; inputs: Documents; outputGradient: Documents };
  outputs: Documents;
  gradients: Documents;
}

/** Runs our block once: outputs, and gradients for the loss sum(output × outputGradient). */
async function runOurs(spec: BlockCase, checkpoint: boolean, depth = 1): Promise<Ours> {
  const architecture = architectureFor(spec);
  const shape = { ...shapeOf(spec), checkpoint, depth };
  const { graph, inputs, leaving, leaves } = buildForward(architecture, stepShape(shape), true);
  const names = outputNames(spec.block);
  const seeds = leaving.map((stream) =>
    graph.initializer('seed', stream.shape, 'fp32', 'activation', { random: 1 }),
  );
  const found = backward(graph, graph.tape, new Map(leaving.map((stream, index) => [stream, seeds[index]!])));

  const parameters = graph.parameters.map((value) => ({ name: value.name, value }));
  const theirs: Record<string, string> = inputNames[spec.block] ?? stditNames;
  const given = Object.entries(inputs).map(([name, value]) => ({ name: theirs[name] ?? name, value }));
  const seeded = seeds.map((value, index) => ({ name: names[index]!, value }));
  let seed = 1;
  // Norms' weights are about 1, others small; activations of unit variance.
  const fill = (
    list: { name: string; value: (typeof seeds)[number] }[],
    scale: number,
    around: (name: string) => number,
  ) =>
    list.map(({ name, value }) => {
      const { data } = randomTensor(value.shape, seed++, scale);
      const moved = Array.from(data, (number) => Math.fround(number + around(name)));
      return { name, value, document: { shape: value.shape, data: moved } };
    });
  const filled = {
    parameters: fill(parameters, 0.15, (name) => (/norm/.test(name) ? 1 : 0)),
    inputs: fill(given, 1, () => 0),
    outputGradient: fill(seeded, 1, () => 0),
  };
  const documents = (list: { name: string; document: Document }[]): Documents =>
    Object.fromEntries(list.map(({ name, document }) => [name, document]));

  const reached = [...parameters, ...given].flatMap(({ name, value }) => {
    const gradient = found.get(value);
    return gradient ? [{ name, gradient }] : [];
  });
  expect(reached.length).toBe(parameters.length + leaves.length);
  const results = await runGraph(
    graph,
    [...leaving, ...reached.map(({ gradient }) => gradient)],
    new Map(
      Object.values(filled).flatMap((list) =>
        list.map(({ value, document }) => [value, document.data] as const),
      ),
    ),
  );
  const document = (shape: readonly number[], data: ArrayLike<number>) => ({ shape, data: Array.from(data) });
  return {
    request: {
      kind: spec.block,
      model: spec.model,
      hidden,
      heads: architecture.heads,
      batch,
      latentFrames: shape.latentFrames,
      rows: spec.rows,
      columns: spec.columns,
      textTokens,
      axes: architecture.rotaryAxes,
      window: architecture.attention.temporalWindow ?? [8, 8],
      positionScale: positionScale(shape),
      parameters: documents(filled.parameters),
      inputs: documents(filled.inputs),
      outputGradient: documents(filled.outputGradient),
    },
    outputs: Object.fromEntries(
      leaving.map((stream, index) => [names[index]!, document(stream.shape, results[index]!)]),
    ),
    gradients: Object.fromEntries(
      reached.map(({ name, gradient }, index) => [
        name,
        document(gradient.shape, results[leaving.length + index]!),
      ]),
    ),
  };
}

function expectSame(got: Documents, want: Documents, tolerance: number): void {
  const errors = Object.entries(got).map(([name, { shape, data }]) => {
    expect(shape, name).toEqual(want[name]?.shape);
    return [name, maxError(data, want[name]!.data)] as const;
  });
  expect(errors.filter(([, error]) => !(error < tolerance))).toEqual([]);
}

const torch = findTorch();
const absent = 'absent' in torch;
const why = absent ? ` (skipped: ${torch.absent})` : '';

describe('blocks at small width', () => {
  describe('against PyTorch in double precision', () => {
    const ours = new Map<BlockCase, Ours>();
    let answers: { outputs: Documents; gradients: Documents }[] = [];
    beforeAll(async () => {
      if (absent) return;
      for (const spec of cases) ours.set(spec, await runOurs(spec, false));
      const requests = cases.map((spec) => ours.get(spec)!.request);
      answers = (await runPython('numeric_reference.py', requests)) as typeof answers;
    });

    it.skipIf(absent).each(cases.map((spec, index) => ({ ...spec, index })))(`$name${why}`, ({ index }) => {
      const { outputs, gradients, request } = ours.get(cases[index]!)!;
      const answer = answers[index]!;
      // The script refuses parameters that are not the block's own by name and shape.
      expectSame(outputs, answer.outputs, 1e-5);
      expectSame(gradients, answer.gradients, 2e-5);
      const missing = Object.keys(answer.gradients).filter((name) => !(name in gradients));
      // The text's embedder is frozen in the STDiT versions.
      expect(missing).toEqual('y' in request.inputs ? ['y'] : []);
    });
  });

  it.each(cases)('$name: checkpointing changes no number, two blocks deep', async (spec) => {
    const plain = await runOurs(spec, false, 2);
    const recomputed = await runOurs(spec, true, 2);
    expectSame(recomputed.outputs, plain.outputs, 1e-6);
    expectSame(recomputed.gradients, plain.gradients, 1e-6);
    expect(Object.keys(recomputed.gradients)).toEqual(Object.keys(plain.gradients));
  });
});
