import type { BlockKind } from '../catalog/types.js';
import { checkpoint } from '../graph/checkpoint.js';
import { Graph } from '../graph/graph.js';
import { binary } from '../graph/ops/elementwise.js';
import { type RotaryTables, rotaryTables } from '../graph/ops/rotary.js';
import { asShape } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { Architecture } from './architecture.js';
import type { BlockBuilder, BlockContext, Conditions } from './context.js';
import { doubleBlock, singleBlock } from './mmdit.js';
import { jointAxes, spatialAxes, temporalAxes, windowAxes } from './positions.js';
import { spatiotemporalBlock } from './stdit.js';
import { spatialBlock, temporalBlock } from './stdit3.js';
import type { BlockShape } from './types.js';
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

/** Video or joint tokens of one sample that a block works on. */
export function streamLengths(architecture: Architecture, shape: BlockShape): number[] {
  const video = shape.latentFrames * shape.rows * shape.columns;
  if (shape.block === 'double') return [video, architecture.textTokens];
  return [shape.block === 'single' ? video + architecture.textTokens : video];
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

/**
 * Builds the forward of `shape.depth` blocks. Data are made in the graph, so that no input crosses PCIe at each
 * run: a stream is the product of two small random factors, which no two tokens share.
 *
 * @param given make the streams initializers of their own instead, for tests that feed them
 */
export function buildForward(architecture: Architecture, shape: BlockShape, given = false): Forward {
  const graph = new Graph(shape.dtype);
  const training = shape.task === 'train';
  const streams = streamLengths(architecture, shape).map((length, index) =>
    given
      ? data(graph, ['x', 'text-stream'][index]!, [shape.batch, length, architecture.hidden], 'activation')
      : product(graph, [shape.batch, length, architecture.hidden]),
  );
  const conditions = makeConditions(graph, architecture, shape);
  const trained = [conditions.timestep, conditions.temporalTimestep, conditions.vector].filter(
    (value): value is Value => value !== undefined,
  );
  for (const value of [...streams, ...trained]) value.requiresGrad = training;

  const tables = makeTables(graph, architecture, shape);
  const declared = new Map<string, Value>();
  let leaving: readonly Value[] = streams;
  for (let index = 0; index < shape.depth; index++) {
    const prefix = shape.depth === 1 ? '' : `blocks.${index}.`;
    const weights = new Weights(graph, prefix, declared, training);
    const build = ([...all]: readonly Value[]) => {
      const count = streams.length;
      const context: BlockContext = {
        graph,
        architecture,
        shape,
        weights,
        tables,
        conditions: withTrained(conditions, all.slice(count)),
      };
      return builders[shape.block](context, all.slice(0, count));
    };
    const inputs = [...leaving, ...trained];
    leaving = shape.checkpoint && training ? checkpoint(graph, inputs, build) : build(inputs);
  }
  const named = given ? { x: streams[0]!, ...(streams[1] && { text: streams[1] }) } : {};
  const inputs = { ...named, ...(conditions as Record<string, Value>) };
  return { graph, inputs, entering: streams, leaving: [...leaving], leaves: [...streams, ...trained] };
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

function makeConditions(graph: Graph, architecture: Architecture, { batch }: BlockShape): Conditions {
  const { id, hidden, textTokens } = architecture;
  if (id === 'v2.0') return { vector: data(graph, 'vector', [batch, hidden], 'shared') };
  return {
    text: data(graph, 'text', [batch, textTokens, hidden], 'shared'),
    timestep: data(graph, 'timestep', [batch, 6 * hidden], 'shared'),
    ...(id === 'v1.1' && { temporalTimestep: data(graph, 'temporal', [batch, 3 * hidden], 'shared') }),
  };
}

function makeTables(graph: Graph, architecture: Architecture, shape: BlockShape): RotaryTables | null {
  const headDim = architecture.hidden / architecture.heads;
  const { rotary, temporalWindow } = architecture.attention;
  // Liger's tables are one a sample: main:opensora/models/mmdit/model.py `pe`.
  if (rotary.joint) return rotaryTables(graph, jointAxes(shape, architecture), false, shape.batch);
  if (shape.block === 'spatial')
    return rotary.spatial ? rotaryTables(graph, spatialAxes(shape, headDim), true) : null;
  if (!rotary.temporal) return null;
  const axes = temporalWindow ? windowAxes(shape, headDim, temporalWindow) : temporalAxes(shape, headDim);
  return rotaryTables(graph, axes, true);
}
