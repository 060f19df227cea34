import type { Graph } from '../graph.js';
import type { Value } from '../value.js';
import { unplanned } from './shape.js';

/** Cosines and sines of a rotary embedding, `[positions, headDim / 2]`. */
export interface RotaryTables {
  cos: Value;
  sin: Value;
  /** Pairs are neighbours (lucidrains), not halves (Liger, Llama). */
  interleaved: boolean;
}

/** One axis of a rotary embedding: its share of a head's width, and the position of each token along it. */
export interface RotaryAxis {
  width: number;
  positions: ArrayLike<number>;
}

const theta = 10_000;

/**
 * Tables for tokens at given positions; the axes' angles stand side by side: position × θ^(−2i / width),
 * i < width / 2. Shared by every block of a model; counted as upstream holds them: fp32, each angle twice.
 *
 * @param copies tables that upstream holds (v2.0: one a sample)
 */
export function rotaryTables(
  graph: Graph,
  axes: readonly RotaryAxis[],
  interleaved: boolean,
  copies = 1,
): RotaryTables {
  const tokens = axes[0]!.positions.length;
  const half = axes.reduce((sum, { width }) => sum + width / 2, 0);
  const table = (f: (angle: number) => number) =>
    graph.initializer(
      'rotary',
      [tokens, half],
      graph.dtype,
      'shared',
      { table: () => fillTable(axes, tokens, half, f) },
      copies * 2 * 4 * tokens * half,
    );
  const [cos, sin] = [table(Math.cos), table(Math.sin)].map((value) => unplanned(graph, value));
  return { cos: cos!, sin: sin!, interleaved };
}

/** Few positions differ along an axis, so each row of angles is worked out once. */
function fillTable(
  axes: readonly RotaryAxis[],
  tokens: number,
  half: number,
  f: (angle: number) => number,
): Float32Array {
  const values = new Float32Array(tokens * half);
  let offset = 0;
  for (const { width, positions } of axes) {
    const rows = new Map<number, Float32Array>();
    for (let token = 0; token < tokens; token++) {
      const position = positions[token]!;
      let row = rows.get(position);
      if (!row) {
        row = Float32Array.from({ length: width / 2 }, (_, i) => f(position * theta ** ((-2 * i) / width)));
        rows.set(position, row);
      }
      values.set(row, token * half + offset);
    }
    offset += width / 2;
  }
  return values;
}

/**
 * Rotary embedding (Su et al. 2021, arXiv 2104.09864) by the fused operator. Keeps its tables alone: the
 * gradient is the rotation by the opposite angle.
 *
 * @param x `[batch, positions, heads × headDim]`
 */
export function rotary(
  graph: Graph,
  x: Value,
  heads: number,
  { cos, sin, interleaved }: RotaryTables,
): Value {
  const rotate = (value: Value, sines: Value) =>
    graph.node('RotaryEmbedding', [value, graph.constant([0], 'int64'), cos, sines], x.shape, {
      domain: 'com.microsoft',
      attributes: { interleaved: interleaved ? 1 : 0, num_heads: heads },
    });
  const y = rotate(x, sin);
  graph.record({
    name: 'rotary',
    inputs: [x],
    outputs: [y],
    saved: [cos, sin],
    rule: ([dy]) => [dy && rotate(dy, graph.node('Neg', [sin], sin.shape))],
  });
  return y;
}
