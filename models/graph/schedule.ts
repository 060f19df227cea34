import type { Graph, GraphNode } from './graph.js';
import { byteSize, type Value } from './value.js';

/**
 * The order in which ONNX Runtime runs a graph that has one output, with graph optimisation off.
 *
 * Its sequential executor takes the nodes in the order of a depth-first search from the output, which visits
 * a node's producers from the highest node index to the lowest
 * (onnxruntime/core/graph/graph.cc `ReverseDFSFrom`, graph_viewer.cc `NodeCompare`). `serialise` writes the
 * nodes from last to first, so that an earlier node has a higher index and is run first: what is written first
 * runs first, and nothing runs before it is needed. That is what keeps a recomputed forward where it belongs.
 */
export function runOrder(nodes: readonly GraphNode[], output: Value): GraphNode[] {
  const producer = new Map<Value, number>();
  nodes.forEach((node, index) => {
    for (const value of node.outputs) producer.set(value, index);
  });
  const readsOf = nodes.map((node) => {
    const reads = new Set<number>();
    for (const value of readValues(node)) {
      const index = producer.get(value);
      if (index !== undefined) reads.add(index);
    }
    return [...reads].sort((a, b) => b - a);
  });
  const order: GraphNode[] = [];
  const seen = new Set<number>();
  const last = producer.get(output);
  if (last === undefined) return order;
  const stack: { index: number; done: boolean }[] = [{ index: last, done: false }];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    if (entry.done) {
      order.push(nodes[entry.index]!);
      continue;
    }
    if (seen.has(entry.index)) continue;
    seen.add(entry.index);
    stack.push({ index: entry.index, done: true });
    for (const index of readsOf[entry.index]!) if (!seen.has(index)) stack.push({ index, done: false });
  }
  return order;
}

/** Inputs of a node and, for a `Scan`, what its body reads of the outer graph. */
function readValues(node: GraphNode): Value[] {
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

/** Walks a schedule and adds up what is alive: an output from its node on, until its last reader is done. */
export function livePeaks(graph: Graph, order: readonly GraphNode[]): LivePeaks {
  const root = new Map<Value, Value>();
  const rootOf = (value: Value): Value => root.get(value) ?? value;
  const reads = new Map<Value, number>();
  for (const node of order) {
    if (node.alias) root.set(node.outputs[0]!, rootOf(node.inputs[0]!));
    for (const value of new Set(readValues(node).map(rootOf))) reads.set(value, (reads.get(value) ?? 0) + 1);
  }
  const now = { live: 0, withoutAttentionScratch: 0, fused: 0 };
  const peak = { ...now };
  const alive = new Set<Value>();
  const change = (value: Value, sign: 1 | -1): void => {
    const bytes = sign * byteSize(value.shape, value.type);
    const madeBy = graph.scratch.get(value);
    now.live += bytes;
    if (madeBy !== 'attention') now.withoutAttentionScratch += bytes;
    if (madeBy === undefined) now.fused += bytes;
  };
  for (const node of order) {
    for (const value of node.outputs)
      if (!node.alias) {
        alive.add(value);
        change(value, 1);
      }
    const inner = bodyPeak(graph, node);
    peak.live = Math.max(peak.live, now.live + inner);
    peak.withoutAttentionScratch = Math.max(peak.withoutAttentionScratch, now.withoutAttentionScratch);
    peak.fused = Math.max(peak.fused, now.fused);
    const done = new Set(readValues(node).map(rootOf));
    for (const value of done) reads.set(value, reads.get(value)! - 1);
    for (const value of [...done, ...node.outputs.map(rootOf)])
      if (alive.has(value) && !reads.get(value)) {
        alive.delete(value);
        change(value, -1);
      }
  }
  return peak;
}

/** Peak inside one iteration of a `Scan`. */
function bodyPeak(graph: Graph, node: GraphNode): number {
  const body = bodyOf(node);
  if (!body) return 0;
  const inputs = body.inputs.reduce((sum, value) => sum + byteSize(value.shape, value.type), 0);
  return inputs + livePeaks(graph, body.nodes).live;
}
