import { bytesPerElement, type Dtype } from '../catalog/types.js';
import { type AdamW, type AdamWState, adamwState, adamwStep } from '../graph/adamw.js';
import { anchor } from '../graph/anchor.js';
import { Graph } from '../graph/graph.js';
import { livePeaks, runOrder } from '../graph/schedule.js';
import type { Storage, Value } from '../graph/value.js';

/** Upstream's HybridAdam settings (facts §2: lr 1e-4, no weight decay); ε is 1e-8 so that fp32 on any device takes it. */
const adamw: AdamW = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/** A parameter's states before and after AdamW's step. */
export interface Updated {
  before: AdamWState;
  after: AdamWState;
}

/**
 * AdamW's step of one parameter, tied to the graph's output.
 *
 * @param states of the parameters so far, by their bytes: blocks that share their weights share their states
 * @param settings those that are not upstream's
 */
export function update(
  graph: Graph,
  parameter: Value,
  gradient: Value,
  output: Value | null,
  states: Map<Storage, AdamWState>,
  settings: Partial<AdamW> = {},
): Updated & { output: Value } {
  const before = { ...(states.get(parameter.storage) ?? adamwState(graph, parameter)), parameter };
  states.set(parameter.storage, before);
  const after = adamwStep(graph, before, gradient, { ...adamw, ...settings });
  const ends = [after.firstMoment, after.secondMoment, after.parameter];
  return { before, after, output: anchor(graph, output, ends) };
}

/** Most bytes that are alive while a parameter of so many elements is stepped, its gradient included and its states left out. */
function liveInUpdate(elements: number, dtype: Dtype): number {
  const graph = new Graph(dtype);
  const parameter = graph.parameter('weight', [elements], { fill: 0 });
  const gradient = graph.node('Identity', [graph.filled([elements], 0)], [elements]);
  const { output } = update(graph, parameter, gradient, null, new Map());
  return livePeaks(graph, runOrder(graph.nodes, [output])).live;
}

/**
 * Most bytes that are alive while AdamW steps one parameter after the other: what that takes, and the gradients that are not
 * used up.
 *
 * @param sizes elements of each parameter, in the model's order
 * @param stepped those that this rank steps
 * @param held those whose gradients are held to the end
 */
export function updatePeak(
  sizes: readonly number[],
  stepped: readonly boolean[],
  held: readonly boolean[],
  dtype: Dtype,
): number {
  const element = bytesPerElement[dtype];
  const known = new Map<number, number>();
  const taken = (size: number) => {
    const bytes = known.get(size) ?? liveInUpdate(size, dtype);
    known.set(size, bytes);
    return bytes;
  };
  let gradients = sizes.reduce((sum, size, index) => sum + (held[index] ? element * size : 0), 0);
  let peak = 0;
  for (const [index, size] of sizes.entries()) {
    if (!stepped[index]) continue;
    gradients -= element * size;
    peak = Math.max(peak, gradients + taken(size));
  }
  return peak;
}
