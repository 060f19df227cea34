import type { Graph } from './graph.js';
import type { Body, GraphNode } from './node.js';
import { byteSize, type Value } from './value.js';

/**
 * The order in which ONNX Runtime runs a graph, with graph optimisation off; exact where it has one output.
 *
 * Its sequential executor takes the nodes in the order of a depth-first search from the output, which visits
 * a node's producers from the highest node index to the lowest
 * (onnxruntime/core/graph/graph.cc `ReverseDFSFrom`, graph_viewer.cc `NodeCompare`). `serialise` writes the
 * nodes from last to first, so that an earlier node has a higher index and is run first: what is written first
 * runs first, and nothing runs before it is needed. That is what keeps a recomputed forward where it belongs.
 */
export function runOrder(nodes: readonly GraphNode[], outputs: readonly Value[]): GraphNode[] {
  return depthFirst(nodes, outputs, (a, b) => b - a);
}

/** The order inside a `Scan`, whose nodes have to be written first to last: the later written runs first. */
function bodyOrder({ nodes, outputs }: Body): GraphNode[] {
  return depthFirst(nodes, outputs.toReversed(), (a, b) => a - b);
}

/** Nodes that `outputs` need, each after those it reads; of several unvisited ones the last in `order` first. */
function depthFirst(
  nodes: readonly GraphNode[],
  outputs: readonly Value[],
  order: (a: number, b: number) => number,
): GraphNode[] {
  const producer = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const value of node.outputs) producer.set(value.name, index);
  });
  const indices = (values: readonly Value[]) =>
    new Set(values.flatMap(({ name }) => producer.get(name) ?? []));
  const reads = nodes.map((node) => [...indices(readValues(node))].sort(order));
  const sorted: GraphNode[] = [];
  const seen = new Set<number>();
  const stack = [...indices(outputs.toReversed())].map((index) => ({ index, done: false }));
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    if (entry.done) {
      sorted.push(nodes[entry.index]!);
      continue;
    }
    if (seen.has(entry.index)) continue;
    seen.add(entry.index);
    stack.push({ index: entry.index, done: true });
    for (const index of reads[entry.index]!) if (!seen.has(index)) stack.push({ index, done: false });
  }
  return sorted;
}

/** Inputs of a node and, for a `Scan`, what its body reads of the outer graph. */
export function readValues(node: GraphNode): Value[] {
  const direct = node.inputs.filter((value): value is Value => value !== null);
  const body = bodyOf(node);
  return body ? [...direct, ...body.nodes.flatMap(readValues), ...body.outputs] : direct;
}

function bodyOf(node: GraphNode) {
  const attribute = node.attributes.body;
  return typeof attribute === 'object' && 'graph' in attribute ? attribute.graph : null;
}

/** Peaks of the bytes that are alive at once, initializers left out. */
export interface LivePeaks {
  /** As the graph is run. */
  live: number;
  /** Without what only the attention's backward holds beside its results. */
  withoutAttentionScratch: number;
  /** Without what any rule's own arithmetic holds: as fused kernels would. */
  fused: number;
}

/**
 * Walks a schedule and adds up what is alive: an output from its node on, until its last reader is done.
 *
 * @param elsewhere outputs that are written to memory counted elsewhere
 */
export function livePeaks(
  graph: Graph,
  order: readonly GraphNode[],
  elsewhere: readonly Value[] = [],
): LivePeaks {
  // By name: a recomputation has copies of values that it starts from. An alias counts as what it aliases.
  const root = new Map<string, string>();
  const rootOf = ({ name }: Value): string => root.get(name) ?? name;
  const readsLeft = new Map<string, number>();
  for (const node of order) {
    if (node.alias) root.set(node.outputs[0]!.name, rootOf(node.inputs[0]!));
    for (const name of new Set(readValues(node).map(rootOf)))
      readsLeft.set(name, (readsLeft.get(name) ?? 0) + 1);
  }
  const now = { live: 0, withoutAttentionScratch: 0, fused: 0 };
  const peak = { ...now };
  const alive = new Map<string, Value>();
  const change = (value: Value, sign: 1 | -1): void => {
    const bytes = sign * byteSize(value.shape, value.type);
    const madeBy = graph.scratch.get(value);
    now.live += bytes;
    if (madeBy !== 'attention') now.withoutAttentionScratch += bytes;
    if (madeBy === undefined) now.fused += bytes;
  };
  for (const node of order) {
    for (const value of node.alias ? [] : node.outputs) {
      // What nothing reads is not written.
      if (elsewhere.includes(value) || !readsLeft.has(value.name)) continue;
      alive.set(value.name, value);
      change(value, 1);
    }
    peak.live = Math.max(peak.live, now.live + bodyPeak(graph, node));
    peak.withoutAttentionScratch = Math.max(peak.withoutAttentionScratch, now.withoutAttentionScratch);
    peak.fused = Math.max(peak.fused, now.fused);
    const read = new Set(readValues(node).map(rootOf));
    for (const name of read) readsLeft.set(name, readsLeft.get(name)! - 1);
    for (const name of new Set([...read, ...node.outputs.map(rootOf)])) {
      const value = alive.get(name);
      if (!value || readsLeft.get(name)) continue;
      alive.delete(name);
      change(value, -1);
    }
  }
  return peak;
}

/**
 * Bytes of what the first nodes of a graph make and the later ones read: what is held between a forward and its
 * backward. A view counts as what it is a view of.
 *
 * @param count how many of the graph's nodes come first
 */
export function heldBetween(nodes: readonly GraphNode[], count: number): number {
  const root = new Map<string, string>();
  const rootOf = ({ name }: Value): string => root.get(name) ?? name;
  const made = new Map<string, number>();
  const held = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    if (node.alias) root.set(node.outputs[0]!.name, rootOf(node.inputs[0]!));
    if (index < count) {
      if (!node.alias)
        for (const { name, shape, type } of node.outputs) made.set(name, byteSize(shape, type));
      continue;
    }
    for (const name of readValues(node).map(rootOf)) {
      const bytes = made.get(name);
      if (bytes !== undefined) held.set(name, bytes);
    }
  }
  return [...held.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/**
 * Peak inside a `Scan` beside its inputs and outputs: of one iteration, which reads views of the inputs and
 * writes into the outputs, and of the state on its way from one iteration to the next, in one buffer or two
 * (onnxruntime/core/providers/cpu/controlflow/scan_utils.cc `LoopStateVariable`).
 */
function bodyPeak(graph: Graph, node: GraphNode): number {
  const body = bodyOf(node);
  if (!body) return 0;
  const states = body.inputs.length - Number(node.attributes.num_scan_inputs);
  const state = body.inputs.slice(0, states).reduce((sum, { shape, type }) => sum + byteSize(shape, type), 0);
  const iterations = node.inputs[states]!.shape[0]!;
  return state * Math.min(2, iterations - 1) + livePeaks(graph, bodyOrder(body), body.outputs).live;
}
