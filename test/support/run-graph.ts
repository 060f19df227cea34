import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ort from 'onnxruntime-node';
import { backward } from '../../models/graph/backward.js';
import { toFloat16 } from '../../models/graph/fill.js';
import { Graph } from '../../models/graph/graph.js';
import { serialise } from '../../models/graph/serialise.js';
import { elements, type Value } from '../../models/graph/value.js';

/** Numbers in double precision, row by row. */
export interface Tensor {
  shape: readonly number[];
  data: Float64Array;
}

export function tensor(
  shape: readonly number[],
  data: ArrayLike<number> | ((index: number) => number),
): Tensor {
  const count = elements(shape);
  const values =
    typeof data === 'function'
      ? Float64Array.from({ length: count }, (_, index) => data(index))
      : Float64Array.from(data);
  if (values.length !== count) throw new RangeError(`${values.length} numbers for [${shape}]`);
  return { shape, data: values };
}

/** Deterministic numbers of about unit variance, exact in fp32 so that both sides read the same. */
export function randomTensor(shape: readonly number[], seed: number, scale = 1): Tensor {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return tensor(shape, () =>
    Math.fround(scale * Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())),
  );
}

/** Largest difference over the largest number wanted. */
export function maxError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) throw new RangeError(`${got.length} numbers for ${want.length}`);
  let difference = 0;
  let largest = 0;
  for (let index = 0; index < want.length; index++) {
    const apart = Math.abs(got[index]! - want[index]!);
    difference = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(difference, apart);
    largest = Math.max(largest, Math.abs(want[index]!));
  }
  return difference === 0 ? 0 : difference / (largest || 1);
}

const settings = {
  graphOptimizationLevel: 'disabled',
  enableMemPattern: false,
  // Errors alone: that shapes are inputs with a default is meant.
  logSeverityLevel: 3,
  extra: { session: { disable_prepacking: '1' } },
} as const;

/** A session over a graph on the CPU, run as a probe runs it. */
export async function openGraph(
  graph: Graph,
  outputs: readonly Value[],
  inputs: readonly Value[] = [],
  more: ort.InferenceSession.SessionOptions = {},
): Promise<ort.InferenceSession> {
  const { bytes, makeExternal } = serialise(graph, outputs, new Set(inputs));
  return ort.InferenceSession.create(bytes, { ...settings, externalData: makeExternal(), ...more });
}

/** Runs a graph once with some initializers (fp32 or fp16) fed, and answers its outputs (fp32) in order. */
export async function runGraph(
  graph: Graph,
  outputs: readonly Value[],
  feeds: ReadonlyMap<Value, ArrayLike<number>> = new Map(),
): Promise<Float32Array[]> {
  const session = await openGraph(graph, outputs, [...feeds.keys()]);
  try {
    const found = await session.run(
      Object.fromEntries([...feeds].map(([value, data]) => [value.name, feed(value, data)])),
    );
    return outputs.map(({ name }) => found[name]!.data as Float32Array);
  } finally {
    await session.release();
  }
}

function feed({ type, shape }: Value, data: ArrayLike<number>): ort.Tensor {
  if (type === 'fp16') return new ort.Tensor('float16', Uint16Array.from(data, toFloat16), shape);
  return new ort.Tensor('float32', Float32Array.from(data), shape);
}

/** One node of a profiled run. */
export interface ProfiledNode {
  /** `class/op/index`, as serialised. */
  name: string;
  /** Bytes asked of the allocator and not given back, when the node is done. */
  liveBytes: number;
}

export interface Profile {
  /** The last run's nodes, in the order in which they ran. */
  nodes: ProfiledNode[];
  /** Most bytes alive at once in the last run, beside what was there before it (weights). */
  peakBytes: number;
}

interface ProfileEvent {
  cat: string;
  name: string;
  args: Record<string, string>;
}

/** Runs a graph without inputs twice under ONNX Runtime's profiler, and reads its second run. */
export async function profileGraph(graph: Graph, output: Value): Promise<Profile> {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-profile-'));
  try {
    const session = await openGraph(graph, [output], [], {
      enableProfiling: true,
      // Kernels of small tensors wait for each other's threads longer than they work.
      intraOpNumThreads: 1,
      profileFilePrefix: join(folder, 'run'),
    });
    await session.run({});
    await session.run({});
    session.endProfiling();
    await session.release();
    const [file] = readdirSync(folder);
    const events = JSON.parse(readFileSync(join(folder, file!), 'utf8')) as ProfileEvent[];
    const all = events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
    const last = all.slice(all.length / 2);
    const live = ({ args }: ProfileEvent) => Number(args.mem_bytes_requested_in_use);
    const before = live(last[0]!) - Number(last[0]!.args.mem_requested_in_use_delta);
    const nodes = last.map((event) => ({
      name: event.name.replace(/_kernel_time$/, ''),
      liveBytes: live(event) - before,
    }));
    return { nodes, peakBytes: Math.max(...nodes.map(({ liveBytes }) => liveBytes)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An operator under test: how it is built, and the same in double precision. */
export interface OperatorCase {
  inputs: readonly Tensor[];
  /** Inputs that are trained weights (by index); the others are activations. */
  weights?: readonly number[];
  /** Inputs that no gradient flows to. */
  frozen?: readonly number[];
  graph?: Graph;
  build: (graph: Graph, inputs: Value[]) => Value[];
  reference: (inputs: readonly Tensor[]) => Tensor[];
}

/** How far an operator is from its reference: outputs, and the gradient of each input against central differences. */
export interface OperatorErrors {
  outputs: number[];
  gradients: (number | null)[];
}

/** Runs an operator forward and backward for the loss sum(output × random). */
export async function checkOperator(spec: OperatorCase): Promise<OperatorErrors> {
  const { inputs, weights = [], frozen = [], graph = new Graph('fp32'), build, reference } = spec;
  const values = inputs.map(({ shape }, index) => {
    const value = weights.includes(index)
      ? graph.parameter(`weight${index}`, shape, { random: 1 })
      : graph.initializer('in', shape, 'fp32', 'activation', { random: 1 });
    value.requiresGrad = !frozen.includes(index);
    return value;
  });
  const outputs = build(graph, values);
  const wanted = reference(inputs);
  const seedData = wanted.map(({ shape }, index) => randomTensor(shape, 900 + index));
  const seeds = outputs.map(({ shape }) =>
    graph.initializer('seed', shape, 'fp32', 'activation', { random: 1 }),
  );
  const found = backward(graph, graph.tape, new Map(outputs.map((output, index) => [output, seeds[index]!])));
  const gradients = values.map((value) => found.get(value));

  const wants = [...outputs, ...gradients.filter((gradient) => gradient !== undefined)];
  const feeds = new Map([
    ...values.map((value, index) => [value, inputs[index]!.data] as const),
    ...seeds.map((seed, index) => [seed, seedData[index]!.data] as const),
  ]);
  const results = await runGraph(graph, wants, feeds);
  const rest = results.slice(outputs.length);
  const loss = (given: readonly Tensor[]) =>
    reference(given).reduce((sum, { data }, output) => {
      const seed = seedData[output]!.data;
      return data.reduce((inner, number, index) => inner + number * seed[index]!, sum);
    }, 0);
  return {
    outputs: wanted.map(({ data }, index) => maxError(results[index]!, data)),
    gradients: gradients.map((gradient, index) =>
      gradient ? maxError(rest.shift()!, centralDifferences(loss, inputs, index)) : null,
    ),
  };
}

/** Gradient of `loss` by one of its tensors, by central differences. */
function centralDifferences(
  loss: (inputs: readonly Tensor[]) => number,
  inputs: readonly Tensor[],
  which: number,
): Float64Array {
  const step = 1e-5;
  const data = Float64Array.from(inputs[which]!.data);
  const moved = inputs.map((input, index) => (index === which ? { ...input, data } : input));
  return data.map((number, index) => {
    data[index] = number + step;
    const above = loss(moved);
    data[index] = number - step;
    const below = loss(moved);
    data[index] = number;
    return (above - below) / (2 * step);
  });
}
