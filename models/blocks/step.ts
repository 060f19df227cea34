import { type AdamW, type AdamWState, adamwState, adamwStep } from '../graph/adamw.js';
import { anchor } from '../graph/anchor.js';
import { backward, savedBytes } from '../graph/backward.js';
import type { Graph } from '../graph/graph.js';
import { onnxType } from '../graph/onnx-proto.js';
import { binary, scaled } from '../graph/ops/elementwise.js';
import { asShape } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { Architecture } from './architecture.js';
import { buildForward, type Forward, product, stepShape } from './forward.js';
import type { BlockShape, StepShape } from './types.js';

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
  optimizer: { before: AdamWState; after: AdamWState }[];
}

/** Gradients stay within fp16 at this scale of the loss, as with a loss scaler. */
const lossScale = 2 ** -6;

/** Upstream's HybridAdam settings (facts §2: lr 1e-4, no weight decay); ε is 1e-8 so that fp32 on any device takes it. */
const adamw: AdamW = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/**
 * Builds a step: forward for inference; forward, loss, backward and, where asked, AdamW for training.
 *
 * @param options `given` makes the streams initializers that a test can feed; `adamw` replaces its settings
 */
export function buildStep(
  architecture: Architecture,
  shape: BlockShape | StepShape,
  options: { given?: boolean; adamw?: Partial<AdamW> } = {},
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
  if (!shape.optimizer) {
    const output = anchor(graph, ends, ofParameters);
    return { graph, output, forward, saved, forwardNodes, gradients, loss, optimizer: [] };
  }
  let output = ends;
  const optimizer = graph.parameters.map((parameter, index) => {
    const before = adamwState(graph, parameter);
    const after = adamwStep(graph, before, ofParameters[index]!, { ...adamw, ...options.adamw });
    output = anchor(graph, output, [after.firstMoment, after.secondMoment, after.parameter]);
    return { before, after };
  });
  return { graph, output, forward, saved, forwardNodes, gradients, loss, optimizer };
}

function gradientOf(gradients: ReadonlyMap<Value, Value>, parameter: Value): Value {
  const gradient = gradients.get(parameter);
  if (!gradient) throw new Error(`no gradient reaches ${parameter.name}`);
  return gradient;
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
