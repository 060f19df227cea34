import { type ExternalData, type Placement, planExternal } from './external-data.js';
import { encode, literalValues } from './fill.js';
import type { Graph } from './graph.js';
import type { Attribute, GraphNode, Initializer } from './node.js';
import { modelProto, onnxType } from './onnx-proto.js';
import { readValues, runOrder } from './schedule.js';
import type { Value } from './value.js';

/** ai.onnx operator set of the models; CUDA has kernels for all operators that we use in it. */
export const opset = 23;

export interface SerialisedModel {
  /** ONNX `ModelProto`. */
  bytes: Uint8Array;
  /** Makes the contents of the large and random initializers, for the session's `externalData`. */
  makeExternal: () => ExternalData[];
}

/**
 * Writes a graph as an ONNX model: the nodes that the outputs need.
 *
 * The nodes are written from last to first, against the letter of the format: ONNX Runtime sorts them itself,
 * and visits higher indices first, so this makes it run them in the order of the graph (see `schedule.ts`).
 *
 * @param outputs values that a run returns
 * @param inputs initializers that are made inputs of a run instead (tests, training loops)
 */
export function serialise(
  graph: Graph,
  outputs: readonly Value[],
  inputs: ReadonlySet<Value> = new Set(),
): SerialisedModel {
  const nodes = runOrder(graph.nodes, outputs);
  const held = graph.initializers.filter(({ value }) => !inputs.has(value));
  const { placements, make } = planExternal(held);
  const message = {
    irVersion: 10,
    producerName: 'preflight',
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'preflight',
      node: nodeMessages(nodes, outputs).reverse(),
      initializer: held.map((initializer) => tensorMessage(initializer, placements.get(initializer))),
      input: [...[...inputs].map(valueMessage), ...[...graph.defaults].map(shapelessMessage)],
      output: outputs.map(valueMessage),
    },
  };
  return { bytes: modelProto.encode(message).finish(), makeExternal: make };
}

function nodeMessages(nodes: readonly GraphNode[], outputs: readonly Value[]): object[] {
  // An output that nothing reads is left out: ONNX Runtime would hold it to the end of the run.
  const read = new Set([...nodes.flatMap(readValues), ...outputs].map(({ name }) => name));
  return nodes.map((node, index) => ({
    // The profile gives names back: the class of work is read from them.
    name: `${node.class}/${node.op}/${index}`,
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((value) => value?.name ?? ''),
    output: node.outputs.map(({ name }) => (read.has(name) ? name : '')),
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeMessage(name, value)),
  }));
}

function attributeMessage(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if (typeof value === 'string') return { name, s: new TextEncoder().encode(value), type: 3 };
  if ('float' in value) return { name, f: value.float, type: 1 };
  if ('graph' in value) {
    const { inputs, outputs, nodes } = value.graph;
    const graph = {
      name: 'body',
      node: nodeMessages(nodes, outputs),
      input: inputs.map(valueMessage),
      output: outputs.map(valueMessage),
    };
    return { name, g: graph, type: 5 };
  }
  return { name, ints: value, type: 7 };
}

function valueMessage({ name, type, shape }: Value): object {
  const dim = shape.map((dimValue) => ({ dimValue }));
  return { name, type: { tensorType: { elemType: onnxType[type], shape: { dim } } } };
}

/** A vector of unknown length: from a known one ONNX would infer the rank of what is reshaped by it. */
function shapelessMessage({ name, type }: Value): object {
  return { name, type: { tensorType: { elemType: onnxType[type], shape: { dim: [{}] } } } };
}

function tensorMessage(initializer: Initializer, placement: Placement | undefined): object {
  const { value } = initializer;
  const tensor = { name: value.name, dims: value.shape, dataType: onnxType[value.type] };
  if (!placement) return { ...tensor, rawData: encode(literalValues(initializer) ?? [], value.type) };
  const entries = { location: placement.path, offset: placement.offset, length: placement.length };
  return {
    ...tensor,
    dataLocation: 1,
    externalData: Object.entries(entries).map(([key, content]) => ({ key, value: String(content) })),
  };
}
