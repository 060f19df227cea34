import { gelu, silu } from '../graph/ops/activation.js';
import { attention } from '../graph/ops/attention.js';
import { rotary } from '../graph/ops/rotary.js';
import { concat, reshape, split } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { BlockBuilder, BlockContext } from './context.js';
import { gated, headNorm, type Modulation, mlp, modulated } from './stdit-parts.js';

/** adaLN: a linear of the conditioning vector, cut in thirds a branch. */
function modulation(
  { graph, architecture: { hidden }, shape: { batch }, conditions, weights }: BlockContext,
  name: string,
  branches: number,
): Modulation[] {
  const width = 3 * branches * hidden;
  const embedding = weights.linear(`${name}.lin`, silu(graph, conditions.vector!), width);
  const rows = reshape(graph, embedding, [batch, 1, width]);
  const parts = split(graph, rows, 2, new Array<number>(3 * branches).fill(hidden));
  return Array.from({ length: branches }, (_, branch) => {
    const [shift, scale, gate] = parts.slice(3 * branch, 3 * branch + 3) as [Value, Value, Value];
    return { shift, scale, gate };
  });
}

/**
 * Heads and width that one rank of a tensor group has: of the layers to q, k, v and into the MLP an equal share of outputs,
 * of those back to the stream of inputs (main:opensora/models/mmdit/distributed.py `MMDiTPolicy`, Linear1D_Col and _Row).
 */
function own({ architecture: { hidden, heads }, tensorRanks }: BlockContext) {
  return { width: hidden / tensorRanks, heads: heads / tensorRanks };
}

/** Normed queries and keys of one stream. */
function queryKey(context: BlockContext, prefix: string, norm: string, x: Value) {
  const { graph, architecture, weights } = context;
  const { hidden, heads } = architecture;
  const make = (letter: 'q' | 'k', which: string) =>
    headNorm(
      graph,
      weights.linear(`${prefix}${letter}_proj`, x, own(context).width),
      weights.norm(`${norm}.${which}.scale`, hidden / heads),
    );
  return { q: make('q', 'query_norm'), k: make('k', 'key_norm') };
}

/** Rotary embedding of q and k over the joint sequence, then attention. */
function jointAttention(context: BlockContext, q: Value, k: Value, v: Value): Value {
  const { graph, tables } = context;
  const { heads } = own(context);
  return attention(graph, rotary(graph, q, heads, tables!), rotary(graph, k, heads, tables!), v, heads);
}

/**
 * MMDiT double-stream block (v2.0): image and text have weights of their own and attend together, text first.
 * Upstream: opensora/models/mmdit/layers.py `DoubleStreamBlock`, with `fused_qkv=False` as its configs set.
 */
export const doubleBlock: BlockBuilder = (context, [image, text]) => {
  const { graph, architecture, shape, weights, tensorRanks } = context;
  const { hidden, mlpRatio } = architecture;
  const streams = [
    { name: 'txt', x: text! },
    { name: 'img', x: image! },
  ].map(({ name, x }) => {
    const [self, feed] = modulation(context, `${name}_mod`, 2);
    const input = modulated(graph, x, self!);
    const { q, k } = queryKey(context, `${name}_attn.`, `${name}_attn.norm`, input);
    const v = weights.linear(`${name}_attn.v_proj`, input, own(context).width);
    return { name, x, self: self!, feed: feed!, q, k, v };
  });
  const joined = (key: 'q' | 'k' | 'v') =>
    concat(
      graph,
      streams.map((stream) => stream[key]),
      1,
    );
  const out = jointAttention(context, joined('q'), joined('k'), joined('v'));
  // A slice of one sample is a view; of several it is not contiguous, and the linear after it keeps a copy.
  const lengths = streams.map(({ x }) => x.shape[1]!);
  const outs = split(graph, out, 1, lengths, shape.batch > 1);
  const [newText, newImage] = streams.map(({ name, x, self, feed }, index) => {
    const projected = weights.linear(`${name}_attn.proj`, outs[index]!, hidden);
    const x1 = gated(graph, x, self.gate, projected);
    const names: [string, string] = [`${name}_mlp.0`, `${name}_mlp.2`];
    const fed = mlp(graph, weights, names, modulated(graph, x1, feed), mlpRatio / tensorRanks);
    return gated(graph, x1, feed.gate, fed);
  });
  return [newImage!, newText!];
};

/**
 * MMDiT single-stream block (v2.0): attention and MLP side by side over text and image together.
 * Upstream: opensora/models/mmdit/layers.py `SingleStreamBlock`, with `fused_qkv=False`.
 */
export const singleBlock: BlockBuilder = (context, [x]) => {
  const { graph, architecture, weights } = context;
  const { hidden, mlpRatio } = architecture;
  const { width } = own(context);
  const [self] = modulation(context, 'modulation', 1);
  const input = modulated(graph, x!, self!);
  const { q, k } = queryKey(context, '', 'norm', input);
  const wide = weights.linear('v_mlp', input, width + mlpRatio * width);
  const [v, feed] = split(graph, wide, 2, [width, mlpRatio * width]) as [Value, Value];
  const out = jointAttention(context, q, k, v);
  const merged = concat(graph, [out, gelu(graph, feed)], 2);
  return [gated(graph, x!, self!.gate, weights.linear('linear2', merged, hidden))];
};
