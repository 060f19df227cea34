import type { Graph } from '../graph/graph.js';
import { gelu } from '../graph/ops/activation.js';
import { attention, type KeyMask } from '../graph/ops/attention.js';
import { add, addNumber, mul } from '../graph/ops/elementwise.js';
import { layerNorm, rmsNorm } from '../graph/ops/norm.js';
import { type RotaryTables, rotary } from '../graph/ops/rotary.js';
import { reshape, split } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { BlockContext } from './context.js';
import type { Weights } from './weights.js';

/** Shift, scale and gate of one branch, `[batch, 1, hidden]` each. */
export interface Modulation {
  shift: Value;
  scale: Value;
  gate: Value;
}

/** adaLN-single: a learned table plus the shared timestep embedding, cut in thirds a branch. */
export function modulations(
  { graph, architecture: { hidden }, shape: { batch }, weights }: BlockContext,
  table: string,
  timestep: Value,
  branches: number,
): Modulation[] {
  const rows = 3 * branches;
  const learned = weights.parameter(table, [rows, hidden], { random: 0.03 });
  const embedding = add(graph, learned, reshape(graph, timestep, [batch, rows, hidden]));
  const parts = split(graph, embedding, 1, new Array<number>(rows).fill(1));
  return Array.from({ length: branches }, (_, branch) => {
    const [shift, scale, gate] = parts.slice(3 * branch, 3 * branch + 3) as [Value, Value, Value];
    return { shift, scale, gate };
  });
}

/** LN(x) × (1 + scale) + shift. */
export function modulated(graph: Graph, x: Value, { shift, scale }: Modulation): Value {
  return add(graph, mul(graph, layerNorm(graph, x), addNumber(graph, scale, 1)), shift);
}

/** x + gate × branch. */
export function gated(graph: Graph, x: Value, gate: Value, branch: Value): Value {
  return add(graph, x, mul(graph, gate, branch));
}

/** RMS norm of each head of `[batch, length, heads × headDim]`. */
export function headNorm(graph: Graph, x: Value, weight: Value): Value {
  const dim = weight.shape[0]!;
  const heads = reshape(graph, x, [...x.shape.slice(0, -1), x.shape.at(-1)! / dim, dim]);
  return reshape(graph, rmsNorm(graph, heads, weight), x.shape);
}

export interface SelfAttentionOptions {
  qkNorm: boolean;
  tables?: RotaryTables | null;
  /** v1.1 turns before it norms. */
  rotaryFirst?: boolean;
  mask?: KeyMask | undefined;
}

/** Self-attention over axis 1 of `[groups, length, hidden]`: qkv, norm and rotary of q and k, attention, projection. */
export function selfAttention(
  graph: Graph,
  weights: Weights,
  name: string,
  x: Value,
  heads: number,
  { qkNorm, tables, rotaryFirst = false, mask }: SelfAttentionOptions,
): Value {
  const hidden = x.shape[2]!;
  const qkv = weights.linear(`${name}.qkv`, x, 3 * hidden);
  const [q, k, v] = split(graph, qkv, 2, [hidden, hidden, hidden]) as [Value, Value, Value];
  const turn = (value: Value) => (tables ? rotary(graph, value, heads, tables) : value);
  const normed = (value: Value, which: 'q_norm' | 'k_norm') =>
    qkNorm ? headNorm(graph, value, weights.norm(`${name}.${which}.weight`, hidden / heads)) : value;
  const prepare = (value: Value, which: 'q_norm' | 'k_norm') =>
    rotaryFirst ? normed(turn(value), which) : turn(normed(value, which));
  const out = attention(graph, prepare(q, 'q_norm'), prepare(k, 'k_norm'), v, heads, mask);
  return weights.linear(`${name}.proj`, out, hidden);
}

/** Cross-attention from the video's tokens to the text's. */
export function crossAttention({ graph, architecture, conditions, weights }: BlockContext, x: Value): Value {
  const { hidden, heads } = architecture;
  const q = weights.linear('cross_attn.q_linear', x, hidden);
  const kv = weights.linear('cross_attn.kv_linear', conditions.text!, 2 * hidden);
  const [k, v] = split(graph, kv, 2, [hidden, hidden]) as [Value, Value];
  return weights.linear('cross_attn.proj', attention(graph, q, k, v, heads), hidden);
}

/** Two linears with a GELU between. */
export function mlp(graph: Graph, weights: Weights, names: [string, string], x: Value, ratio: number): Value {
  const hidden = x.shape.at(-1)!;
  return weights.linear(names[1], gelu(graph, weights.linear(names[0], x, ratio * hidden)), hidden);
}
