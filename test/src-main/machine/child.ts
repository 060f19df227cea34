import { isUnavailable, type Reading } from '../../../src-main/contract/evidence.js';
import { detectMachine } from '../../../src-main/machine/detect.js';
import { openNvmlSampler } from '../../../src-main/machine/nvml-sampler.js';

// Runs in a process of its own, whose loader was told where the fake NVML lies.
const [root = '/', sampled] = process.argv.slice(2);

function sample(uuid: string): Reading<unknown> {
  const sampler = openNvmlSampler(uuid, root);
  if (isUnavailable(sampler)) return sampler;
  const reads = [0, 1].map(() => ({
    gpuUsedBytes: sampler.usedBytes(),
    holder: sampler.processBytes(4242),
    absent: sampler.processBytes(1),
  }));
  sampler.close();
  return reads;
}

const answer =
  sampled === undefined
    ? await detectMachine({ root, otherSourcesMs: Number(process.env.OTHER_SOURCES_MS ?? 30_000) })
    : sample(sampled);
process.stdout.write(JSON.stringify(answer));
