import { backward } from './backward.js';
import type { Graph } from './graph.js';
import type { Value } from './value.js';

/**
 * Activation checkpointing, as `torch.utils.checkpoint` does it: the forward keeps its inputs alone, and the
 * backward runs it again before its rules (Chen et al. 2016, arXiv 1604.06174). No barrier is needed against
 * the recomputation being hoisted or merged: the graph is run as it is written (see `schedule.ts`).
 *
 * @param inputs activations that gradients flow to; anything else that `build` reads counts as shared
 */
export function checkpoint(
  graph: Graph,
  inputs: readonly Value[],
  build: (inputs: readonly Value[]) => readonly Value[],
): readonly Value[] {
  const { result: outputs } = graph.withTape(() => build(inputs));
  for (const output of outputs) output.requiresGrad = false;
  const parameters = graph.parameters.filter((parameter) => parameter.requiresGrad);
  graph.record({
    name: 'checkpoint',
    inputs: [...inputs, ...parameters],
    outputs,
    saved: inputs,
    rule: (gradients, saved) =>
      graph.unchecked(() => {
        const again = saved.map((value) => ({ ...value, requiresGrad: true }));
        const { result, tape } = graph.withTape(() => build(again));
        const seeds = new Map(
          result.flatMap((value, index) => (gradients[index] ? [[value, gradients[index]] as const] : [])),
        );
        const found = backward(graph, tape, seeds);
        return [...again, ...parameters].map((value) => found.get(value));
      }),
  });
  return outputs;
}
