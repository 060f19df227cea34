import { analyseBlock } from '../../../models/blocks/analyse.js';
import { modelVersion } from '../../../models/catalog/index.js';
import { known } from '../../../src-main/contract/evidence.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { remembered } from '../../../src-main/predict/analyser.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { predictTime } from '../../../src-main/predict/time.js';

/** A time that Open-Sora's authors published: /shared/facts/opensora.md §2b, §3. */
export interface PublishedTime {
  id: string;
  /** Of a whole inference, from prompt to pixels, or of one optimiser step. */
  of: 'run' | 'step';
  flags: TargetFlags;
  /** As the GPU catalogue names it. */
  gpu: string;
  seconds: number;
  source: string;
  /** Whether a constant was fitted on it. */
  fitted: boolean;
  /** Whether it counts for the errors. */
  scored: boolean;
  /** Why it is read so, or does not count. */
  why: string;
}

/** v1.2's inference on one H100, 30 steps: seconds by frames. v1.2:README.md. */
const v1dot2: Record<string, Record<number, number>> = {
  '360p': { 1: 3, 51: 18, 102: 31, 204: 62, 408: 121 },
  '480p': { 1: 2, 51: 29, 102: 55, 204: 108, 408: 219 },
  '720p': { 1: 6, 51: 68, 102: 130, 204: 260, 408: 547 },
};

/** A smaller image cannot take longer than a larger one on the same card. */
const contradicting =
  '360p is published with 3 s and 480p, of 1.7 times the tokens, with 2 s: one of them is wrong';

const inferenceV1dot2 = Object.entries(v1dot2).flatMap(([resolution, byFrames]) =>
  Object.entries(byFrames).map(([frames, seconds]): PublishedTime => {
    const image = frames === '1' && resolution !== '720p';
    return {
      id: `v1.2 ${resolution}, ${frames === '1' ? 'image' : `${frames} frames`}`,
      of: 'run',
      flags: { model: 'v1.2', task: 'infer', resolution, frames: Number(frames) },
      gpu: 'H100',
      seconds,
      source: 'v1.2:README.md',
      fitted: !image,
      scored: !image,
      why: image ? contradicting : '',
    };
  }),
);

/** v2.0's on one H100 or H800, 50 steps, guidance batch of 3. main:README.md. */
const inferenceV2dot0 = (
  [
    ['256px', 60],
    ['768px', 1656],
  ] as const
).map(
  ([resolution, seconds]): PublishedTime => ({
    id: `v2.0 ${resolution}, 129 frames`,
    of: 'run',
    flags: { model: 'v2.0', task: 'infer', resolution, frames: 129, aspect: '1:1' },
    gpu: 'H100',
    seconds,
    source: 'main:README.md',
    fitted: resolution === '768px',
    scored: true,
    why: '',
  }),
);

/**
 * v1.2's buckets were searched for the largest batch whose step takes less than a target: 12 s for stages 1 and 2
 * (v1.2:scripts/misc/search_bs.py, configs/opensora-v1-2/misc/bs.py, docs/commands.md: on one GPU; VAE, text encoder and
 * update are timed with the model, data loading is not). So a batch of b takes between target × b / (b + 1) and the target;
 * the middle of that is held against. From batch 4 on it is within a tenth.
 */
const searched: Record<string, Record<number, number>> = {
  '144p': { 51: 51, 102: 27, 204: 13, 408: 6 },
  '240p': { 51: 20, 102: 10, 204: 5, 408: 2 },
  '512': { 51: 8, 102: 4, 204: 2, 408: 1 },
  '480p': { 51: 5, 102: 2, 204: 1 },
  '1024': { 51: 1 },
};
const target = 12;

const trainingV1dot2 = Object.entries(searched).flatMap(([resolution, byFrames]) =>
  Object.entries(byFrames).map(([frames, batch]): PublishedTime => {
    const base = resolution === '512' && frames === '408';
    return {
      id: `v1.2 stage 1 and 2, ${resolution}, ${frames} frames, batch ${batch}`,
      of: 'step',
      flags: training(resolution, Number(frames), batch),
      gpu: 'H100',
      seconds: base ? target : (target * (batch + 0.5)) / (batch + 1),
      source: 'v1.2:configs/opensora-v1-2/misc/bs.py, scripts/misc/search_bs.py',
      fitted: false,
      scored: true,
      why: base
        ? 'the base that all others were balanced with: 12 s/it'
        : `a step of it takes less than 12 s, and one of batch ${batch + 1} more`,
    };
  }),
);

function training(resolution: string, frames: number, batch: number): TargetFlags {
  return { model: 'v1.2', task: 'train', resolution, frames, batch, gpuCount: 1 };
}

const image: PublishedTime = {
  id: 'v1.2 stage 1 and 2, 240p, image, batch 297',
  of: 'step',
  flags: training('240p', 1, 297),
  gpu: 'H100',
  seconds: 8.25,
  source: 'v1.2:configs/opensora-v1-2/misc/bs.py',
  fitted: false,
  scored: true,
  why: 'its comment gives the time: 8.25',
};

const notScored = (
  id: string,
  flags: TargetFlags,
  seconds: number,
  source: string,
  why: string,
  gpu = 'H800',
): PublishedTime => ({ id, of: 'step', flags, gpu, seconds, source, fitted: false, scored: false, why });

const throughput = "v1.2:docs/acceleration.md's throughput and v1.0's own GPU-days contradict each other";

/** Shown beside the others: pairs that contradict each other, and means over mixed buckets. */
const shown: PublishedTime[] = [
  notScored(
    'v1.2 adapt without checkpointing, 144p, 51 frames, batch 4',
    { ...training('144p', 51, 4), checkpointing: 'none' },
    2,
    'v1.2:configs/opensora-v1-2/train/adapt.py',
    'contradicts stage 1, which does thirteen times the tokens, with recomputation, in six times the time',
    'H100',
  ),
  notScored(
    'v1.2 stage 1, commented out (20 s/it), 360p, 51 frames, batch 12',
    training('360p', 51, 12),
    20,
    'v1.2:configs/opensora-v1-2/train/stage1.py',
    'its own buckets differ in tokens by two and a half times for the same 20 s: a bound, not a time',
    'H100',
  ),
  notScored(
    'v1.2 stage 3 (20 s/it), 720p, 51 frames, batch 2',
    training('720p', 51, 2),
    20,
    'v1.2:configs/opensora-v1-2/train/stage3.py',
    'most of its buckets are those of stage 1, which says 12 s/it for them',
    'H100',
  ),
  notScored(
    'v1.0 16 × 256², batch 8',
    { model: 'v1.0', task: 'train', resolution: '256', frames: 16, batch: 8, gpuCount: 8 },
    8 / 7,
    'v1.2:docs/acceleration.md (7.00 samples/s/GPU)',
    `${throughput} (2.0 s a step)`,
  ),
  notScored(
    'v1.0 16 × 256², batch 8, 64 GPUs',
    { model: 'v1.0', task: 'train', resolution: '256', frames: 16, batch: 8, gpuCount: 64, nodes: 8 },
    2,
    'v1.2:README.md (80k steps, 117 GPU-days)',
    `${throughput} (1.14 s a step)`,
  ),
  notScored(
    'v1.0 64 × 512², batch 4',
    { model: 'v1.0', task: 'train', resolution: '512', frames: 64, batch: 4, gpuCount: 8 },
    10,
    'v1.2:docs/acceleration.md (0.40 samples/s/GPU)',
    throughput,
  ),
  notScored(
    'v2.0 stage 1, 256px, 129 frames, batch 3, 224 GPUs',
    {
      model: 'v2.0',
      task: 'train',
      resolution: '256px',
      frames: 129,
      batch: 3,
      gpuCount: 224,
      nodes: 28,
    },
    10.2,
    'arXiv 2503.09642 (85k steps, 2240 GPU-days)',
    'a mean over mixed buckets',
    'H200',
  ),
];

export const publishedTimes: readonly PublishedTime[] = [
  ...inferenceV1dot2,
  ...inferenceV2dot0,
  ...trainingV1dot2,
  image,
  ...shown,
];

/** A published time beside what is predicted from the datasheet alone, with no probe. */
export interface JudgedTime extends PublishedTime {
  predicted: number;
  range: [low: number, high: number];
  /** Predicted over published, less one. */
  error: number;
  /** Whether the published time lies in the range. */
  inside: boolean;
}

/** Every row, predicted. A run's range is its steps' range, taken for the whole. */
export function judgedTimes(): JudgedTime[] {
  const analyse = remembered(analyseBlock);
  return publishedTimes.map((row): JudgedTime => {
    const resolved = resolveTarget(row.flags);
    const version = modelVersion(resolved.model, resolved.ae);
    const time = predictTime(version, resolved, [], analyse, { of: 'gpu', gpu: findGpu(row.gpu) });
    const step = known(time.secondsPerStep)!;
    const predicted = row.of === 'run' ? known(time.secondsTotal)! : step;
    const [low, high] = known(time.range)!;
    const range: [number, number] = [(low * predicted) / step, (high * predicted) / step];
    const inside = range[0] <= row.seconds && row.seconds <= range[1];
    return { ...row, predicted, range, error: predicted / row.seconds - 1, inside };
  });
}
