import type { Graph } from '../graph.js';
import type { Value } from '../value.js';
import { attentionBackward } from './attention-backward.js';

/** Padding among the keys, in the two forms that the forward and the backward read. */
export interface KeyMask {
  /** `[batch, keys]`, int32: 1 for a key that counts. */
  keep: Value;
  /** `[batch, keys]` in the activations' type: added to the scores. */
  bias: Value;
}

/**
 * Scaled dot-product attention over several heads, forward by the provider's fused operator. Keeps what
 * FlashAttention keeps: q, k, v, its output, and the log-sum-exp of each row (fp32), which is counted but not
 * held: our backward works it out again with the scores.
 *
 * @param q `[batch, queries, heads × headDim]`
 * @param k `[batch, keys, heads × headDim]`
 * @param v `[batch, keys, heads × headDim]`
 * @param mask keys that no query may see
 */
export function attention(graph: Graph, q: Value, k: Value, v: Value, heads: number, mask?: KeyMask): Value {
  const [batch, queries, width] = q.shape as [number, number, number];
  const keys = k.shape[1]!;
  const scale = 1 / Math.sqrt(width / heads);
  const y = graph.node('MultiHeadAttention', mask ? [q, k, v, null, mask.keep] : [q, k, v], q.shape, {
    domain: 'com.microsoft',
    class: 'attention',
    flops: 4 * batch * queries * keys * width,
    attributes: { num_heads: heads, scale: { float: scale } },
  });
  graph.record({
    name: 'attention',
    inputs: [q, k, v],
    outputs: [y],
    saved: mask ? [q, k, v, y, mask.bias] : [q, k, v, y],
    extraSavedBytes: 4 * batch * heads * queries,
    rule: ([dOut], saved) => {
      if (!dOut) return [];
      const [keptQ, keptK, keptV, out, bias] = saved as [Value, Value, Value, Value, Value?];
      const { dq, dk, dv } = attentionBackward(graph, {
        q: keptQ,
        k: keptK,
        v: keptV,
        out,
        dOut,
        heads,
        scale,
        ...(bias && { bias }),
      });
      return [dq, dk, dv];
    },
  });
  return y;
}
