import type { Graph } from './graph.js';
import type { Filling } from './node.js';
import { onnxType } from './onnx-proto.js';
import { shapeless } from './ops/shape.js';
import { broadcastShape, type Value } from './value.js';

/** Settings of AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), as numbers or as tensors of the graph. */
export interface AdamW {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}

/** State before and after one step of one parameter. In fp32 the weight is its own master. */
export interface AdamWState {
  parameter: Value;
  master: Value;
  firstMoment: Value;
  secondMoment: Value;
}

const optimizer = { class: 'optimizer' } as const;

function step(graph: Graph, op: 'Add' | 'Sub' | 'Mul' | 'Div', a: Value, b: Value | number): Value {
  const right = typeof b === 'number' ? graph.constant(b, a.type) : b;
  return graph.node(op, [a, right], broadcastShape(a.shape, right.shape), optimizer);
}

function cast(graph: Graph, x: Value, type: Value['type']): Value {
  if (x.type === type) return x;
  return graph.node('Cast', [x], x.shape, { ...optimizer, type, attributes: { to: onnxType[type] } });
}

/** Moving average: before + weight × (next − before). */
function towards(graph: Graph, before: Value, next: Value, weight: number): Value {
  return step(graph, 'Add', before, step(graph, 'Mul', step(graph, 'Sub', next, before), weight));
}

/** Initializers that hold the optimiser's state: fp32 master (where weights are narrower) and two moments. */
export function adamwState(graph: Graph, parameter: Value): AdamWState {
  const make = (prefix: string, filling: Filling) =>
    graph.initializer(`${prefix}.${parameter.name}`, parameter.shape, 'fp32', 'state', filling);
  return {
    parameter,
    master: parameter.type === 'fp32' ? parameter : make('master', { random: 0.03 }),
    firstMoment: make('moment1', { random: 0.001 }),
    secondMoment: make('moment2', { random: 1e-4, positive: true }),
  };
}

/**
 * One step of AdamW with decoupled weight decay and bias correction.
 *
 * @param count steps so far, this one included
 * @returns the state after the step
 */
export function adamwStep(
  graph: Graph,
  state: AdamWState,
  gradient: Value,
  config: AdamW,
  count = 1,
): AdamWState {
  const { learningRate, beta1, beta2, epsilon, weightDecay } = config;
  // Of a matrix product ONNX infers the rank, and from the state beside it the whole shape.
  const g = cast(graph, shapeless(graph, gradient), 'fp32');
  const first = towards(graph, state.firstMoment, g, 1 - beta1);
  const second = towards(graph, state.secondMoment, step(graph, 'Mul', g, g), 1 - beta2);
  const corrected = step(graph, 'Div', second, 1 - beta2 ** count);
  const root = graph.node('Sqrt', [corrected], corrected.shape, optimizer);
  const direction = step(graph, 'Div', first, step(graph, 'Add', root, epsilon));
  const decayed =
    weightDecay === 0 ? state.master : step(graph, 'Mul', state.master, 1 - learningRate * weightDecay);
  const master = step(
    graph,
    'Sub',
    decayed,
    step(graph, 'Mul', direction, learningRate / (1 - beta1 ** count)),
  );
  const parameter = cast(graph, master, state.parameter.type);
  return { parameter, master, firstMoment: first, secondMoment: second };
}
