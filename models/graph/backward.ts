import type { Graph } from './graph.js';
import type { TapeEntry } from './node.js';
import type { Value } from './value.js';

/**
 * Reverse mode: walks a tape from its end and applies each operator's rule.
 *
 * @param seeds gradients of the outputs that the walk starts from
 * @returns the gradient of each value that needs one, parameters and inputs alike
 */
export function backward(
  graph: Graph,
  tape: readonly TapeEntry[],
  seeds: ReadonlyMap<Value, Value>,
): Map<Value, Value> {
  const gradients = new Map(seeds);
  for (const entry of tape.toReversed()) {
    const incoming = entry.outputs.map((output) => gradients.get(output));
    if (incoming.every((gradient) => gradient === undefined)) continue;
    const outgoing = graph.applyRule(entry, incoming);
    entry.inputs.forEach((input, index) => {
      const gradient = outgoing[index];
      if (!gradient || !input.requiresGrad) return;
      const before = gradients.get(input);
      gradients.set(input, before ? graph.node('Add', [before, gradient], input.shape) : gradient);
    });
    // An inner value's gradient is used up by its producer's rule; only leaves keep theirs.
    for (const output of entry.outputs) gradients.delete(output);
  }
  return gradients;
}

/** Bytes that a tape keeps for its backward: unique storages, parameters and constants left out. */
export function savedBytes(tape: readonly TapeEntry[]): { total: number; shared: number } {
  const storages = new Set(tape.flatMap((entry) => entry.saved.map((value) => value.storage)));
  let total = tape.reduce((sum, entry) => sum + entry.extraSavedBytes, 0);
  let shared = 0;
  for (const { bytes, origin } of storages) {
    if (origin === 'activation' || origin === 'shared') total += bytes;
    if (origin === 'shared') shared += bytes;
  }
  return { total, shared };
}
