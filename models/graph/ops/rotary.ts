import type { Graph } from '../graph.js';
import type { Value } from '../value.js';

/** Cosines and sines of a rotary embedding, `[positions, headDim / 2]`. */
export interface RotaryTables {
  cos: Value;
  sin: Value;
  /** Pairs are neighbours (lucidrains), not halves (Liger, Llama). */
  interleaved: boolean;
}

/**
 * Tables for given angles. Shared by every block of a model; counted as upstream holds them: fp32, each angle
 * twice.
 *
 * @param angles a row for each position, of headDim / 2 angles in radians
 * @param copies tables that upstream holds (v2.0: one a sample)
 */
export function rotaryTables(
  graph: Graph,
  angles: readonly (readonly number[])[],
  interleaved: boolean,
  copies = 1,
): RotaryTables {
  const shape = [angles.length, angles[0]!.length];
  const counted = copies * 2 * 4 * shape[0]! * shape[1]!;
  const table = (f: (angle: number) => number) => {
    const values = angles.flatMap((row) => row.map(f));
    return graph.initializer('rotary', shape, graph.dtype, 'shared', { values }, counted);
  };
  return { cos: table(Math.cos), sin: table(Math.sin), interleaved };
}

/**
 * Rotary embedding (Su et al. 2021, arXiv 2104.09864) by the fused operator. Keeps its tables alone: the
 * gradient is the rotation by the opposite angle.
 *
 * @param x `[batch, positions, heads × headDim]`
 */
export function rotary(graph: Graph, x: Value, heads: number, { cos, sin, interleaved }: RotaryTables): Value {
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
