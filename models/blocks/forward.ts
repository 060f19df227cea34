import type { BlockKind } from '../catalog/types.js';
import { checkpoint } from '../graph/checkpoint.js';
import { Graph } from '../graph/graph.js';
import { binary } from '../graph/ops/elementwise.js';
import { type RotaryTables, rotaryTables } from '../graph/ops/rotary.js';
import { asShape, concat, unplanned } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { Architecture, BatchShape } from './architecture.js';
import type { BlockBuilder, BlockContext, Conditions } from './context.js';
import { doubleBlock, singleBlock } from './mmdit.js';
import { jointAxes, spatialAxes, temporalAxes, windowAxes } from './positions.js';
import { spatiotemporalBlock } from './stdit.js';
import { spatialBlock, temporalBlock } from './stdit3.js';
import type { BlockShape, PlannedBlock, StepShape } from './types.js';
import { Weights } from './weights.js';

const builders: Record<BlockKind, BlockBuilder> = {
  spatiotemporal: spatiotemporalBlock,
  spatial: spatialBlock,
  temporal: temporalBlock,
  double: doubleBlock,
  single: singleBlock,
};

/** Random activations are within ± this: about unit variance. */
const activationScale = 1.7;

/** Tokens of one sample in each stream that a kind of block works on. */
export function streamLengths(
  architecture: Architecture,
  kind: BlockKind,
  { latentFrames, rows, columns }: BatchShape,
): number[] {
  const video = latentFrames * rows * columns;
  if (kind === 'double') return [video, architecture.textTokens];
  return [kind === 'single' ? video + architecture.textTokens : video];
}

/** A forward of one or more blocks, and what a step needs to go on from it. */
export interface Forward {
  graph: Graph;
  /** Inputs of the first block, by name: for tests, which feed their own. */
  inputs: Record<string, Value>;
  /** Streams that enter the first block and leave the last. */
  entering: Value[];
  leaving: Value[];
  /** Values that a gradient must reach beside the parameters. */
  leaves: Value[];
}

/** A shape of one kind of block as a step. */
export function stepShape({ block, depth, checkpoint: recompute, ...rest }: BlockShape): StepShape {
  const blocks = Array.from({ length: depth }, () => ({ kind: block, checkpoint: recompute }));
  return { ...rest, blocks, sharedWeights: false };
}

/**
 * Builds the forward of a step's blocks. Data are made in the graph, so that no input crosses PCIe at each
 * run: a stream is the product of two small random factors, which no two tokens share.
 *
 * @param fed make the streams initializers of their own instead, for tests that feed them
 */
export function buildForward(architecture: Architecture, shape: StepShape, fed = false): Forward {
  const graph = new Graph(shape.dtype);
  const training = shape.task === 'train';
  const [first] = shape.blocks as [PlannedBlock];
  const streams = streamLengths(architecture, first.kind, shape).map((length, index) =>
    fed
      ? data(graph, ['x', 'text-stream'][index]!, [shape.batch, length, architecture.hidden], 'activation')
      : product(graph, [shape.batch, length, architecture.hidden]),
  );
  const given = makeConditions(graph, architecture, shape);
  const leaves = [given.timestep, given.temporalTimestep, given.vector].filter(
    (value): value is Value => value !== undefined,
  );
  for (const value of [...streams, ...leaves]) value.requiresGrad = training;
  const trained = leaves.map((value) => unplanned(graph, value));
  const conditions = given.text ? { ...given, text: unplanned(graph, given.text) } : given;

  const tables = tablesByKind(graph, architecture, shape);
  const declared = new Map<string, Value>();
  let leaving: readonly Value[] = streams;
  for (const [index, block] of shape.blocks.entries()) {
    if (block.kind === 'single' && leaving.length === 2) leaving = [joined(graph, leaving)];
    const prefix = shape.blocks.length === 1 ? '' : `blocks.${index}.`;
    const sharedPrefix = shape.sharedWeights ? `${block.kind}.` : null;
    const weights = new Weights(graph, prefix, declared, training, sharedPrefix);
    const count = leaving.length;
    const build = ([...all]: readonly Value[]) => {
      const context: BlockContext = {
        graph,
        architecture,
        shape,
        weights,
        tensorRanks: shape.rank?.tensorRanks ?? 1,
        tables: tables.get(block.kind)!,
        conditions: withTrained(conditions, all.slice(count)),
      };
      return builders[block.kind](context, all.slice(0, count));
    };
    const inputs = [...leaving, ...trained];
    leaving = block.checkpoint && training ? checkpoint(graph, inputs, build) : build(inputs);
  }
  const named = fed ? { x: streams[0]!, ...(streams[1] && { text: streams[1] }) } : {};
  const inputs = { ...named, ...(given as Record<string, Value>) };
  return { graph, inputs, entering: streams, leaving: [...leaving], leaves: [...streams, ...leaves] };
}

/** Between double and single blocks, text first: main:opensora/models/mmdit/model.py `torch.cat((txt, img), 1)`. */
function joined(graph: Graph, [image, text]: readonly Value[]): Value {
  return concat(graph, [text!, image!], 1);
}

/** The same conditions with the trained ones replaced, in their order: a recomputation has its own. */
function withTrained(conditions: Conditions, trained: readonly Value[]): Conditions {
  const [first, second] = trained;
  if (conditions.vector) return { ...conditions, vector: first! };
  return { ...conditions, timestep: first!, ...(second && { temporalTimestep: second }) };
}

function data(graph: Graph, name: string, shape: readonly number[], origin: 'activation' | 'shared'): Value {
  return graph.initializer(name, shape, graph.dtype, origin, { random: activationScale });
}

/**
 * A large random tensor `[batch, length, width]` out of two small ones: rows in groups, each the product of its
 * group's row and its member's, so that no two tokens are alike or point the same way.
 */
export function product(graph: Graph, shape: readonly number[]): Value {
  const [batch, length, width] = shape as [number, number, number];
  let members = Math.floor(Math.sqrt(length));
  while (length % members !== 0) members--;
  const left = data(graph, 'left', [(batch * length) / members, 1, width], 'activation');
  const right = data(graph, 'right', [1, members, width], 'activation');
  return asShape(graph, binary(graph, 'Mul', left, right), shape);
}

function makeConditions(graph: Graph, architecture: Architecture, { batch }: StepShape): Conditions {
  const { id, hidden, textTokens } = architecture;
  if (id === 'v2.0') return { vector: data(graph, 'vector', [batch, hidden], 'shared') };
  return {
    text: data(graph, 'text', [batch, textTokens, hidden], 'shared'),
    timestep: data(graph, 'timestep', [batch, 6 * hidden], 'shared'),
    ...(id === 'v1.1' && { temporalTimestep: data(graph, 'temporal', [batch, 3 * hidden], 'shared') }),
  };
}

/** Rotary tables, made once for all blocks of a kind; MMDiT's two kinds share theirs. */
function tablesByKind(
  graph: Graph,
  architecture: Architecture,
  shape: StepShape,
): ReadonlyMap<BlockKind, RotaryTables | null> {
  const kinds = [...new Set(shape.blocks.map(({ kind }) => kind))];
  const { joint } = architecture.attention.rotary;
  const common = joint ? makeTables(graph, architecture, kinds[0]!, shape) : null;
  return new Map(kinds.map((kind) => [kind, common ?? makeTables(graph, architecture, kind, shape)]));
}

function makeTables(
  graph: Graph,
  architecture: Architecture,
  kind: BlockKind,
  shape: BatchShape,
): RotaryTables | null {
  const headDim = architecture.hidden / architecture.heads;
  const { rotary, temporalWindow } = architecture.attention;
  // Liger's tables are one a sample: main:opensora/models/mmdit/model.py `pe`.
  if (rotary.joint) return rotaryTables(graph, jointAxes(shape, architecture), false, shape.batch);
  if (kind === 'spatial')
    return rotary.spatial ? rotaryTables(graph, spatialAxes(shape, headDim), true) : null;
  if (!rotary.temporal) return null;
  const axes = temporalWindow ? windowAxes(shape, headDim, temporalWindow) : temporalAxes(shape, headDim);
  return rotaryTables(graph, axes, true);
}
