import type { Graph } from '../graph.js';
import type { Body } from '../node.js';
import { onnxType } from '../onnx-proto.js';
import { broadcastShape, byteSize, elements, type Value } from '../value.js';
import { planChunks } from './attention-chunks.js';
import { asShape, sliceAxis, transpose } from './shape.js';

/** Gradients of one attention, `[batch, length, heads × headDim]` each. */
interface Gradients {
  dq: Value;
  dk: Value;
  dv: Value;
}

const attention = { class: 'attention' } as const;

/** Batched matrix product over the last two axes. */
function product(graph: Graph, a: Value, b: Value, trans: { a?: boolean; b?: boolean }, alpha = 1): Value {
  const [rows, inner] = trans.a ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const columns = trans.b ? b.shape.at(-2)! : b.shape.at(-1)!;
  const shape = [...a.shape.slice(0, -2), rows, columns];
  return graph.node('FusedMatMul', [a, b], shape, {
    ...attention,
    domain: 'com.microsoft',
    flops: 2 * elements(shape) * inner,
    attributes: { transA: trans.a ? 1 : 0, transB: trans.b ? 1 : 0, alpha: { float: alpha } },
  });
}

function step(graph: Graph, op: 'Add' | 'Sub' | 'Mul', a: Value, b: Value): Value {
  return graph.node(op, [a, b], broadcastShape(a.shape, b.shape), attention);
}

/**
 * The arithmetic of one chunk, all tensors `[…, heads, rows, headDim]`: scores again from q and k, then the
 * gradients (Dao et al. 2022, arXiv 2205.14135, algorithm 4; the softmax of a chunk sees all keys, so that it
 * needs no log-sum-exp).
 *
 * @param delta rowsum(dO · O), `[…, heads, rows, 1]`
 */
function chunk(
  graph: Graph,
  [q, k, v, dOut, delta, bias]: readonly [Value, Value, Value, Value, Value, Value | undefined],
  scale: number,
): Gradients {
  const bare = product(graph, q, k, { b: true }, scale);
  const scores = bias ? step(graph, 'Add', bare, bias) : bare;
  const weights = graph.node('Softmax', [scores], scores.shape, { ...attention, attributes: { axis: -1 } });
  const dv = product(graph, weights, dOut, { a: true });
  const dWeights = product(graph, dOut, v, { b: true });
  const dScores = step(graph, 'Mul', weights, step(graph, 'Sub', dWeights, delta));
  return {
    dv,
    dk: product(graph, dScores, q, { a: true }, scale),
    dq: product(graph, dScores, k, {}, scale),
  };
}

/** What the backward of one attention starts from. */
export interface AttentionState {
  q: Value;
  k: Value;
  v: Value;
  out: Value;
  dOut: Value;
  heads: number;
  scale: number;
  /** `[batch, keys]`, added to the scores. */
  bias?: Value;
}

/**
 * Gradients of attention from q, k, v, its output and the output's gradient, the scores worked out again chunk
 * by chunk in a `Scan` and never held whole.
 */
export function attentionBackward(
  graph: Graph,
  { q, k, v, out, dOut, heads, scale, bias }: AttentionState,
): Gradients {
  const [batch, queries, width] = q.shape as [number, number, number];
  const keys = k.shape[1]!;
  const dim = width / heads;
  const plan = planChunks(batch, heads, queries, keys, byteSize([1], q.type), graph.scoreBytes);
  const [count, samples, rows] =
    plan.kind === 'queries'
      ? [plan.count, batch, plan.size]
      : plan.kind === 'batches'
        ? [plan.count, plan.size, queries]
        : [1, batch, queries];
  const padded = plan.kind === 'queries' ? count * rows : queries;
  const groups = plan.kind === 'batches' ? count : 1;

  // [batch, length, heads·dim] → [chunks, samples, heads, rows, dim]; chunks run over batches or over queries.
  const toChunks = (x: Value, length: number, perHead: number, byQueries: boolean): Value => {
    const whole = byQueries ? padRows(graph, x, padded) : x;
    return byQueries
      ? transpose(graph, asShape(graph, whole, [batch, count, rows, heads, perHead]), [1, 0, 3, 2, 4])
      : transpose(graph, asShape(graph, whole, [groups, samples, length, heads, perHead]), [0, 1, 3, 2, 4]);
  };
  const fromChunks = (x: Value, length: number, byQueries: boolean): Value => {
    if (!byQueries) return asShape(graph, transpose(graph, x, [0, 1, 3, 2, 4]), [batch, length, width]);
    const merged = asShape(graph, transpose(graph, x, [1, 0, 3, 2, 4]), [batch, padded, width]);
    return padded === length ? merged : sliceAxis(graph, merged, 1, 0, length);
  };

  const byQueries = plan.kind === 'queries';
  const perHead = asShape(graph, step(graph, 'Mul', dOut, out), [batch, queries, heads, dim]);
  const deltaRows = graph.node(
    'ReduceSum',
    [perHead, graph.constant([3], 'int64')],
    [batch, queries, heads],
    {
      ...attention,
      attributes: { keepdims: 0 },
    },
  );
  const qs = toChunks(q, queries, dim, byQueries);
  const dOuts = toChunks(dOut, queries, dim, byQueries);
  const deltas = toChunks(deltaRows, queries, 1, byQueries);
  const ks = toChunks(k, keys, dim, false);
  const vs = toChunks(v, keys, dim, false);

  // [chunks, samples, 1, 1, keys] or, where every chunk of queries sees the same keys, [samples, 1, 1, keys].
  const biases =
    bias && asShape(graph, bias, byQueries ? [batch, 1, 1, keys] : [groups, samples, 1, 1, keys]);

  if (plan.kind === 'whole') {
    const found = chunk(graph, [qs, ks, vs, dOuts, deltas, biases], scale);
    return {
      dq: fromChunks(found.dq, queries, false),
      dk: fromChunks(found.dk, keys, false),
      dv: fromChunks(found.dv, keys, false),
    };
  }
  const scan = byQueries ? scanQueries : scanBatches;
  const found = scan(graph, { qs, ks, vs, dOuts, deltas, biases, scale });
  return {
    dq: fromChunks(found.dq, queries, byQueries),
    dk: fromChunks(found.dk, keys, false),
    dv: fromChunks(found.dv, keys, false),
  };
}

interface Chunks {
  qs: Value;
  ks: Value;
  vs: Value;
  dOuts: Value;
  deltas: Value;
  biases: Value | undefined;
  scale: number;
}

/** Operations of a body that runs `count` times. */
const repeated = (body: Body, count: number) => count * body.nodes.reduce((sum, { flops }) => sum + flops, 0);

const inner = (value: Value) => ({ shape: value.shape.slice(1), type: value.type });

/** Chunks of samples: every chunk has its own keys, so that nothing is carried from one to the next. */
function scanBatches(graph: Graph, { qs, ks, vs, dOuts, deltas, biases, scale }: Chunks): Gradients {
  const sliced = biases ? [qs, ks, vs, dOuts, deltas, biases] : [qs, ks, vs, dOuts, deltas];
  const body = graph.scanBody(sliced.map(inner), ([q, k, v, dOut, delta, bias]) => {
    const { dq, dk, dv } = chunk(graph, [q!, k!, v!, dOut!, delta!, bias], scale);
    return [dq, dk, dv];
  });
  const [dq, dk, dv] = graph.nodeOf('Scan', sliced, [qs.shape, ks.shape, vs.shape], {
    ...attention,
    flops: repeated(body, qs.shape[0]!),
    attributes: { body: { graph: body }, num_scan_inputs: sliced.length },
  });
  return { dq: dq!, dk: dk!, dv: dv! };
}

/** Chunks of queries against all keys: the keys' gradients are summed from chunk to chunk, in fp32. */
function scanQueries(graph: Graph, { qs, ks, vs, dOuts, deltas, biases, scale }: Chunks): Gradients {
  const keyShape = ks.shape.slice(1);
  const zeros = () =>
    graph.node('ConstantOfShape', [graph.constant(keyShape, 'int64')], keyShape, {
      ...attention,
      type: 'fp32',
    });
  const k = asShape(graph, ks, keyShape);
  const v = asShape(graph, vs, keyShape);
  const state = { shape: keyShape, type: 'fp32' as const };
  const sliced = [qs, dOuts, deltas];
  const body = graph.scanBody([state, state, ...sliced.map(inner)], ([dkSum, dvSum, q, dOut, delta]) => {
    const { dq, dk, dv } = chunk(graph, [q!, k, v, dOut!, delta!, biases], scale);
    const sum = (before: Value, more: Value) => step(graph, 'Add', before, cast(graph, more, 'fp32'));
    return [sum(dkSum!, dk), sum(dvSum!, dv), dq];
  });
  const [dk, dv, dq] = graph.nodeOf('Scan', [zeros(), zeros(), ...sliced], [keyShape, keyShape, qs.shape], {
    ...attention,
    flops: repeated(body, qs.shape[0]!),
    attributes: { body: { graph: body }, num_scan_inputs: sliced.length },
    types: ['fp32', 'fp32', qs.type],
  });
  const keyed = (value: Value) => asShape(graph, cast(graph, value, qs.type), ks.shape);
  return { dq: dq!, dk: keyed(dk!), dv: keyed(dv!) };
}

function cast(graph: Graph, x: Value, type: Value['type']): Value {
  if (x.type === type) return x;
  return graph.node('Cast', [x], x.shape, { ...attention, type, attributes: { to: onnxType[type] } });
}

/** Zero rows at the end of axis 1. They change no gradient: their weights meet a zero dO. */
function padRows(graph: Graph, x: Value, length: number): Value {
  const missing = length - x.shape[1]!;
  if (missing === 0) return x;
  const zeros = graph.filled([x.shape[0]!, missing, x.shape[2]!], 0, x.type);
  const shape = [x.shape[0]!, length, x.shape[2]!];
  return graph.node('Concat', [x, zeros], shape, { ...attention, attributes: { axis: 1 } });
}
