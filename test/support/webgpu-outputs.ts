// Run by webgpu.test.ts in a process of its own, since ONNX Runtime finds its Vulkan when it is loaded: prints what
// a training step of one block gives on two providers.
import * as ort from 'onnxruntime-node';
import { architectureOf } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import { serialise } from '../../models/graph/serialise.js';
import { tinyPoint } from './points.js';

const point = tinyPoint({ block: 'temporal' });
const step = buildStep(architectureOf(point.model), point);
const gradients = [...step.gradients.entries()].filter(([value]) => value.shape.length <= 1);
const outputs = [step.loss!, ...gradients.map(([, gradient]) => gradient)];
const { bytes, makeExternal } = serialise(step.graph, [step.output, ...outputs]);
const found: Record<string, number[][]> = {};
for (const provider of ['cpu', 'webgpu']) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    externalData: makeExternal(),
  });
  const results = await session.run({});
  found[provider] = outputs.map(({ name }) => Array.from(results[name]!.data as Float32Array));
  await session.release();
}
process.stdout.write(JSON.stringify(found), () => process.exit(0));
