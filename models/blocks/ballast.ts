import { anchor } from '../graph/anchor.js';
import { Graph } from '../graph/graph.js';
import type { Value } from '../graph/value.js';

/** Within what every device takes as one buffer (WebGPU's default `maxBufferSize` is 256 MiB), and quick to fill. */
const chunkBytes = 32 * 2 ** 20;

/**
 * A graph that does nothing but hold memory: tensors that add up to `bytes`, to the nearest four, as a session's weights.
 * It need not be run.
 */
export function buildBallast(bytes: number): { graph: Graph; output: Value } {
  const graph = new Graph('fp32');
  const sizes: number[] = [];
  for (let left = bytes; left > 0; left -= chunkBytes) sizes.push(Math.min(left, chunkBytes));
  const held = sizes.map((size) =>
    graph.initializer('ballast', [Math.max(1, Math.round(size / 4))], 'fp32', 'state', { random: 1 }),
  );
  return { graph, output: anchor(graph, null, held) };
}
