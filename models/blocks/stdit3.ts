import { add } from '../graph/ops/elementwise.js';
import { rearrange, reshape } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';
import type { BlockBuilder, BlockContext } from './context.js';
import { crossAttention, gated, mlp, modulated, modulations, selfAttention } from './stdit-parts.js';
import { fromWindows, toWindows } from './windows.js';

/** Attention among the tokens of each latent frame. */
function spatialAttention(context: BlockContext, x: Value): Value {
  const { graph, architecture, shape, weights, tables } = context;
  const { batch, latentFrames, rows, columns } = shape;
  const frames = reshape(graph, x, [batch * latentFrames, rows * columns, architecture.hidden]);
  const { qkNorm, rotary } = architecture.attention;
  const out = selfAttention(graph, weights, 'attn', frames, architecture.heads, {
    qkNorm,
    tables: rotary.spatial ? tables : null,
  });
  return reshape(graph, out, x.shape);
}

/** Attention of each place over all latent frames; v1.3 over windows of places. */
function temporalAttention(context: BlockContext, x: Value): Value {
  const { graph, architecture, shape, weights, tables } = context;
  const { batch, latentFrames, rows, columns } = shape;
  const { hidden, heads } = architecture;
  const { qkNorm, rotary, temporalWindow } = architecture.attention;
  const options = { qkNorm, tables: rotary.temporal ? tables : null };
  if (temporalWindow) {
    const { windows, mask } = toWindows(graph, x, shape, temporalWindow);
    const out = selfAttention(graph, weights, 'attn', windows, heads, { ...options, mask });
    return fromWindows(graph, out, shape, temporalWindow);
  }
  const places = rows * columns;
  const tracks = rearrange(
    graph,
    x,
    [batch, latentFrames, places, hidden],
    [0, 2, 1, 3],
    [batch * places, latentFrames, hidden],
  );
  const out = selfAttention(graph, weights, 'attn', tracks, heads, options);
  return rearrange(graph, out, [batch, places, latentFrames, hidden], [0, 2, 1, 3], x.shape);
}

/**
 * STDiT3 block (v1.2, v1.3): modulated self-attention over space or time, cross-attention to the text, MLP.
 * Upstream: opensora/models/stdit/stdit3.py `STDiT3Block`.
 */
const stdit3 =
  (attend: (context: BlockContext, x: Value) => Value): BlockBuilder =>
  (context, [x]) => {
    const { graph, architecture, conditions, weights } = context;
    const [self, feed] = modulations(context, 'scale_shift_table', conditions.timestep!, 2);
    const attended = attend(context, modulated(graph, x!, self!));
    const x1 = gated(graph, x!, self!.gate, attended);
    const x2 = add(graph, x1, crossAttention(context, x1));
    const fed = mlp(
      graph,
      weights,
      ['mlp.fc1', 'mlp.fc2'],
      modulated(graph, x2, feed!),
      architecture.mlpRatio,
    );
    return [gated(graph, x2, feed!.gate, fed)];
  };

export const spatialBlock = stdit3(spatialAttention);
export const temporalBlock = stdit3(temporalAttention);
