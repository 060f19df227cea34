import type { AdamW, AdamWState } from '../graph/adamw.js';
import { anchor } from '../graph/anchor.js';
import { backward, savedBytes } from '../graph/backward.js';
import type { Graph } from '../graph/graph.js';
import { onnxType } from '../graph/onnx-proto.js';
import { binary, scaled } from '../graph/ops/elementwise.js';
import { asShape } from '../graph/ops/shape.js';
import { elements, type Storage, type Value } from '../graph/value.js';
import type { Architecture } from './architecture.js';
import { buildForward, type Forward, product, stepShape } from './forward.js';
import { gradientsHeldOf, optimisedOf, wholeRank } from './rank-share.js';
import type { BlockShape, StepShape } from './types.js';
import { type Updated, update } from './update.js';

/** A graph ready to be run: one output, a scalar. */
export interface BuiltStep {
  graph: Graph;
  output: Value;
  forward: Forward;
  /** What the backward keeps of the forward by PyTorch's rules, and how many of the graph's nodes are the forward. */
  saved: { total: number; shared: number };
  forwardNodes: number;
  /** Gradient of each parameter and leaf, for tests. */
  gradients: ReadonlyMap<Value, Value>;
  /** Mean squared error against the random target, fp32 `[1]`; null for inference. */
  loss: Value | null;
  optimizer: Updated[];
}

/** Gradients stay within fp16 at this scale of the loss, as with a loss scaler. */
const lossScale = 2 ** -6;

/**
 * Builds a step: forward for inference; forward, loss, backward and, where asked, AdamW for training.
 *
 * @param options `given` makes the streams initializers that a test can feed; `adamw` replaces its settings;
 *   `held` says of each parameter whether its gradient is held to the end, in place of the shape's rank
 */
export function buildStep(
  architecture: Architecture,
  shape: BlockShape | StepShape,
  options: { given?: boolean; adamw?: Partial<AdamW>; held?: readonly boolean[] } = {},
): BuiltStep {
  const forward = buildForward(architecture, 'blocks' in shape ? shape : stepShape(shape), options.given);
  const { graph, leaving, leaves } = forward;
  const forwardNodes = graph.nodes.length;
  if (shape.task === 'infer') {
    const output = anchor(graph, null, leaving);
    const saved = { total: 0, shared: 0 };
    return { graph, output, forward, saved, forwardNodes, gradients: new Map(), loss: null, optimizer: [] };
  }
  const tape = graph.tape;
  const saved = savedBytes(tape);
  const losses = leaving.map((stream) => squaredError(graph, stream));
  const seeds = new Map(leaving.map((stream, index) => [stream, losses[index]!.gradient]));
  const loss = losses.map(({ value }) => value).reduce((sum, value) => binary(graph, 'Add', sum, value));
  const gradients = backward(graph, tape, seeds);

  const ofParameters = graph.parameters.map((parameter) => gradientOf(gradients, parameter));
  const ofLeaves = leaves.flatMap((leaf) => gradients.get(leaf) ?? []);
  // Worked out in the backward's own order: from the last block's parameters to the first's, then the inputs.
  const ends = anchor(graph, loss, [...ofParameters.toReversed(), ...ofLeaves]);
  const rank = ('blocks' in shape && shape.rank) || wholeRank;
  const sizes = graph.parameters.map(({ shape: dims }) => elements(dims));
  const held = options.held ?? gradientsHeldOf(sizes, rank);
  if (!shape.optimizer) {
    const output = anchor(graph, ends, only(ofParameters, held));
    return { graph, output, forward, saved, forwardNodes, gradients, loss, optimizer: [] };
  }
  const optimised = optimisedOf(sizes, rank.optimised);
  let output = ends;
  const states = new Map<Storage, AdamWState>();
  const optimizer = graph.parameters.flatMap((parameter, index) => {
    if (!optimised[index]) return [];
    const updated = update(graph, parameter, ofParameters[index]!, output, states, options.adamw);
    output = updated.output;
    return [updated];
  });
  const others = held.map((kept, index) => kept && !optimised[index]);
  output = anchor(graph, output, only(ofParameters, others));
  return { graph, output, forward, saved, forwardNodes, gradients, loss, optimizer };
}

function gradientOf(gradients: ReadonlyMap<Value, Value>, parameter: Value): Value {
  const gradient = gradients.get(parameter);
  if (!gradient) throw new Error(`no gradient reaches ${parameter.name}`);
  return gradient;
}

function only<T>(items: readonly T[], wanted: readonly boolean[]): T[] {
  return items.filter((_, index) => wanted[index]);
}

/** Mean squared error of a stream against a random target, and its gradient times the loss scale. */
function squaredError(graph: Graph, stream: Value): { value: Value; gradient: Value } {
  const target = product(graph, stream.shape);
  const difference = binary(graph, 'Sub', stream, target);
  const square = binary(graph, 'Mul', difference, difference);
  // Two sums, so that fp16 does not overflow: over the width, then over tokens in fp32.
  const width = stream.shape.at(-1)!;
  const last = graph.constant([stream.shape.length - 1], 'int64');
  const perToken = graph.node(
    'ReduceSum',
    [scaled(graph, square, 1 / width), last],
    stream.shape.slice(0, -1),
    {
      attributes: { keepdims: 0 },
    },
  );
  const wide =
    graph.dtype === 'fp32'
      ? perToken
      : graph.node('Cast', [perToken], perToken.shape, { type: 'fp32', attributes: { to: onnxType.fp32 } });
  const count = stream.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const axes = graph.constant([0, 1], 'int64');
  const sum = graph.node('ReduceSum', [wide, axes], [], { attributes: { keepdims: 0 } });
  const mean = scaled(graph, sum, 1 / count);
  return { value: asShape(graph, mean, [1]), gradient: scaled(graph, difference, lossScale) };
}
