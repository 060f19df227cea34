import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { architectureOf } from '../../models/blocks/architecture.js';
import { buildStep } from '../../models/blocks/step.js';
import { serialise } from '../../models/graph/serialise.js';
import { median } from '../../src-main/probe/statistics.js';
import type { Bench } from './bench.js';
import { probeSpatial, samplesOf, spatial } from './block.js';

const rounds = 3;

/** What a user would write: the file, the data, default options. */
const script = `
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
const folder = process.argv[2];
const external = JSON.parse(readFileSync(folder + '/external.json', 'utf8'));
const session = await ort.InferenceSession.create(readFileSync(folder + '/model.onnx'), {
  logSeverityLevel: 3,
  externalData: external.map(({ path, file }) => ({ path, data: readFileSync(folder + '/' + file) })),
});
const samples = [];
for (let run = 0; run < 8; run++) {
  const start = performance.now();
  await session.run({});
  samples.push((performance.now() - start) / 1000);
}
process.send(samples.slice(3));
process.disconnect();
`;

/** The measured block inside a probe over the same file in a bare script; the two take turns. */
export const bareScript: Bench = {
  id: 'bare-script',
  title: 'a block inside a probe over the same ONNX file in a bare script',
  limit: 1.02,
  unit: '×',
  async run() {
    // In the checkout, so that the script finds onnxruntime-node.
    const folder = await mkdtemp(join(tmpdir(), 'preflight-bench-'));
    const file = join(process.cwd(), 'out', `bare-${process.pid}.mjs`);
    try {
      await writeModel(folder);
      await writeFile(file, script);
      const inProbe: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round < rounds; round++) {
        inProbe.push(...samplesOf(await probeSpatial()));
        bare.push(...(await runBare(file, folder)));
      }
      const [probe, alone] = [median(inProbe), median(bare)];
      return { value: probe / alone, detail: `${probe.toFixed(3)} s over ${alone.toFixed(3)} s` };
    } finally {
      await rm(folder, { recursive: true, force: true });
      await rm(file, { force: true });
    }
  },
};

async function writeModel(folder: string): Promise<void> {
  const step = buildStep(architectureOf(spatial.model), spatial);
  const { bytes, makeExternal } = serialise(step.graph, [step.output]);
  const external = makeExternal().map(({ path, data }, index) => ({ path, file: `data-${index}.bin`, data }));
  await writeFile(join(folder, 'model.onnx'), bytes);
  for (const { file, data } of external) await writeFile(join(folder, file), data);
  const names = external.map(({ path, file }) => ({ path, file }));
  await writeFile(join(folder, 'external.json'), JSON.stringify(names));
}

function runBare(file: string, folder: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [folder], { execArgv: [] });
    child.once('message', (samples) => resolve(samples as number[]));
    child.once('exit', (code) => reject(new Error(`the bare script ended with ${code}`)));
  });
}
