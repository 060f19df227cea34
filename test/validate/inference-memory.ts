import { analyseBlock } from '../../models/blocks/analyse.js';
import { formatGiB, formatGiBRange } from '../../src-main/contract/format.js';
import type { TargetFlags } from '../../src-main/contract/target-flags.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { predict } from '../../src-main/predict/predict.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { inferenceV1dot2, inferenceV2dot0 } from '../src-main/predict/published.js';
import type { Row, Section } from './section.js';

const gibi = 2 ** 30;
const analyse = remembered(analyseBlock);

/** Why a row of the inference table is more than 10 % off: which phase, which part. */
const explained: Record<string, string> = {
  'v1.2 480p, 408 frames':
    'while the VAE decodes: 11.2 GiB of it are what the allocator keeps of the denoising, here less than all of it',
  'v1.2 720p, 51 frames':
    "while the VAE decodes, 7.5 GiB of it the decoder's own; published with more than 102 frames are, which no sum of parts gives",
};

export function inferenceMemory(): Section {
  const rows = [
    ...inferenceV1dot2.flatMap(([resolution, byFrames]) =>
      Object.entries(byFrames).map(([frames, gigabytes]) => ({
        flags: { model: 'v1.2', resolution, frames: Number(frames) },
        truth: gigabytes * 1e9,
      })),
    ),
    ...inferenceV2dot0.map(([resolution, gib]) => ({
      flags: { model: 'v2.0', resolution, frames: 129, aspect: '1:1' },
      truth: gib * gibi,
    })),
  ].map(({ flags, truth }) => inferenceRow({ task: 'infer', ...flags }, truth));
  return {
    title: 'Inference memory',
    about:
      "Peak on one H100, from the graph with no probe, against v1.2:README.md (its GB read as 10⁹ bytes) and main:README.md (GiB, square). † One constant was chosen from these rows: the share of the denoiser's memory that PyTorch's allocator keeps while the VAE decodes (1 for v1.x, 0 for v2.0, `src-main/predict/vae-parts.ts`).",
    rows,
    limits: { median: 0.05, worst: 0.2, inside: 0.9 },
  };
}

function inferenceRow(flags: TargetFlags, truth: number): Row {
  const { prediction } = predict(resolveTarget(flags), [], analyse, {
    of: 'unknown',
    reason: 'memory alone',
  });
  const [low, high] = prediction.interval.peakBytes;
  const name = `${flags.model} ${flags.resolution}, ${flags.frames === 1 ? 'image' : `${flags.frames} frames`}`;
  return {
    name,
    published: formatGiB(truth),
    predicted: `${formatGiB(prediction.peakBytesPerGpu)} (${formatGiBRange([low, high])})`,
    error: prediction.peakBytesPerGpu / truth - 1,
    inside: low <= truth && truth <= high,
    fitted: true,
    scored: true,
    held: true,
    note: explained[name] ?? '',
  };
}
