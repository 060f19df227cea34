import ort from 'onnxruntime-node';
import { architectureOf } from '../../models/blocks/architecture.js';
import { modelBlocks } from '../../models/blocks/model-blocks.js';
import { buildStep } from '../../models/blocks/step.js';
import { modelVersion } from '../../models/catalog/index.js';
import { serialise } from '../../models/graph/serialise.js';
import type { Bench } from './bench.js';

/** v2.0 whole at 768px, 129 frames: 57 checkpointed blocks, 76,544 tokens. Its weights are inputs, so that none is held. */
export const fullDepth: Bench = {
  id: 'full-depth',
  title: "build and load v2.0's training step at full depth, without weights",
  limit: 20,
  unit: 's',
  async run() {
    const start = performance.now();
    const version = modelVersion('v2.0');
    const step = buildStep(architectureOf('v2.0'), {
      model: 'v2.0',
      task: 'train',
      dtype: 'fp32',
      batch: 1,
      latentFrames: 33,
      rows: 48,
      columns: 48,
      blocks: modelBlocks(version, version.depth),
      sharedWeights: false,
      optimizer: true,
    });
    const weights = step.graph.initializers.filter(({ filling }) => !('values' in filling));
    const { bytes } = serialise(step.graph, [step.output], new Set(weights.map(({ value }) => value)));
    const built = (performance.now() - start) / 1000;
    const session = await ort.InferenceSession.create(bytes, {
      graphOptimizationLevel: 'disabled',
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    const value = (performance.now() - start) / 1000;
    await session.release();
    const nodes = step.graph.nodes.length;
    const mebibytes = (bytes.length / 2 ** 20).toFixed(1);
    return { value, detail: `${nodes} nodes, ${mebibytes} MiB; built in ${built.toFixed(1)} s` };
  },
};
