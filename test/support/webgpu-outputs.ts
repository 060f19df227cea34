// Run by webgpu.test.ts in a process of its own, since ONNX Runtime finds its Vulkan when it is loaded: prints what
// a training step of one block gives on two providers.
import * as ort from 'onnxruntime-node';
import { architectureOf } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import { serialise } from '../../models/graph/serialise.js';
import { tinyPoint } from './points.js';

// Space, not time: of a single frame's temporal attention no gradient flows to q and k.
const point = tinyPoint();
const step = buildStep(architectureOf(point.model), point);
const small = [...step.gradients].filter(([value]) => value.shape.length <= 1);
const wanted = [{ name: 'loss', value: step.loss! }, ...small.map(([{ name }, value]) => ({ name, value }))];
const { bytes, makeExternal } = serialise(step.graph, [step.output, ...wanted.map(({ value }) => value)]);

async function run(provider: string): Promise<number[][]> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [provider],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    externalData: makeExternal(),
  });
  const results = await session.run({});
  await session.release();
  return wanted.map(({ value }) => Array.from(results[value.name]!.data as Float32Array));
}

const [cpu, webgpu] = [await run('cpu'), await run('webgpu')];
const found = wanted.map(({ name }, index) => ({ name, cpu: cpu[index]!, webgpu: webgpu[index]! }));
process.stdout.write(JSON.stringify(found), () => process.exit(0));
