import { add } from '../graph/ops/elementwise.js';
import { rearrange, reshape } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { BlockBuilder, BlockContext } from './context.js';
import {
  crossAttention,
  gated,
  mlp,
  modulated,
  modulations,
  type SelfAttentionOptions,
  selfAttention,
} from './stdit-parts.js';

/** Attention of each place over all latent frames. */
function overFrames(context: BlockContext, x: Value, options: SelfAttentionOptions): Value {
  const { graph, architecture, shape, weights } = context;
  const { batch, latentFrames, rows, columns } = shape;
  const { hidden, heads } = architecture;
  const places = rows * columns;
  const split = [batch, latentFrames, places, hidden];
  const tracks = rearrange(graph, x, split, [0, 2, 1, 3], [batch * places, latentFrames, hidden]);
  const out = selfAttention(graph, weights, 'attn_temp', tracks, heads, options);
  return rearrange(graph, out, [batch, places, latentFrames, hidden], [0, 2, 1, 3], x.shape);
}

/** Attention among the tokens of each latent frame. */
function overPlaces(context: BlockContext, x: Value): Value {
  const { graph, architecture, shape, weights } = context;
  const { batch, latentFrames, rows, columns } = shape;
  const frames = reshape(graph, x, [batch * latentFrames, rows * columns, architecture.hidden]);
  const { qkNorm } = architecture.attention;
  const out = selfAttention(graph, weights, 'attn', frames, architecture.heads, { qkNorm });
  return reshape(graph, out, x.shape);
}

/**
 * STDiT block (v1.0) and STDiT2 block (v1.1): spatial, temporal and cross-attention and an MLP in one block.
 * v1.0's temporal attention reads the tokens as they are and shares the spatial gate; v1.1's has a modulation
 * of its own, and turns q and k before it norms them.
 * Upstream: opensora/models/stdit/stdit.py `STDiTBlock`, stdit2.py `STDiT2Block`.
 */
export const spatiotemporalBlock: BlockBuilder = (context, [x]) => {
  const { graph, architecture, conditions, weights, tables } = context;
  const [space, feed] = modulations(context, 'scale_shift_table', conditions.timestep!, 2);
  const x1 = gated(graph, x!, space!.gate, overPlaces(context, modulated(graph, x!, space!)));

  const { qkNorm, rotary } = architecture.attention;
  const own = conditions.temporalTimestep;
  const time = own ? modulations(context, 'scale_shift_table_temporal', own, 1)[0]! : null;
  const attended = overFrames(context, time ? modulated(graph, x1, time) : x1, {
    qkNorm,
    tables: rotary.temporal ? tables : null,
    rotaryFirst: true,
  });
  const x2 = gated(graph, x1, (time ?? space!).gate, attended);

  const x3 = add(graph, x2, crossAttention(context, x2));
  const fed = mlp(graph, weights, ['mlp.fc1', 'mlp.fc2'], modulated(graph, x3, feed!), architecture.mlpRatio);
  return [gated(graph, x3, feed!.gate, fed)];
};
