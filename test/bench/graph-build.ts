import { architectureOf } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import { serialise } from '../../models/graph/serialise.js';
import type { Bench } from './bench.js';

/** The v2.0 double block's training step at 768px, 129 frames: 76,544 tokens. */
export const graphBuild: Bench = {
  id: 'graph-build',
  title: "build and serialise v2.0's double block, training, 76,544 tokens (cold)",
  limit: 300,
  unit: 'ms',
  async run() {
    const start = performance.now();
    const step = buildStep(architectureOf('v2.0'), {
      model: 'v2.0',
      block: 'double',
      task: 'train',
      dtype: 'bf16',
      batch: 1,
      latentFrames: 33,
      rows: 48,
      columns: 48,
      depth: 1,
      checkpoint: false,
      optimizer: true,
    });
    const { bytes } = serialise(step.graph, [step.output]);
    const value = performance.now() - start;
    return { value, detail: `${step.graph.nodes.length} nodes, ${(bytes.length / 1024).toFixed(0)} KiB` };
  },
};
