import type { TargetFlags } from '../../../src-main/contract/target-flags.js';

/** Figures that Open-Sora's authors and users published: /shared/facts/opensora.md §2b, §3, §5. */

/** v1.2's inference on one H100: frames, then the peak in GB by resolution. §3, v1.2:README.md. */
export const inferenceV1dot2: [resolution: string, gigabytesByFrames: Record<number, number>][] = [
  ['360p', { 1: 24, 51: 27, 102: 27, 204: 28, 408: 33 }],
  ['480p', { 1: 24, 51: 31, 102: 30, 204: 32, 408: 36 }],
  ['720p', { 1: 27, 51: 41, 102: 39, 204: 45, 408: 67 }],
];

/** v2.0's on one GPU, 129 frames, square, in GiB (its log divides by 2^30). §3, main:README.md. */
export const inferenceV2dot0: [resolution: string, gib: number][] = [
  ['256px', 52.5],
  ['768px', 60.3],
];

/** A run that is known to have trained. */
export interface TrainedRun {
  name: string;
  /** Usable memory of the card: two readings of 80 GB cards are about. */
  gib: number[];
  flags: TargetFlags;
}

const eighty = [79.1, 79.6];
const h200 = [139.8];

/** Batches by frames. */
type Buckets = Record<number, number>;

function runs(
  config: string,
  gib: number[],
  common: Omit<TargetFlags, 'resolution' | 'frames' | 'batch' | 'task'>,
  table: Record<string, Buckets>,
): TrainedRun[] {
  return Object.entries(table).flatMap(([resolution, buckets]) =>
    Object.entries(buckets).map(([frames, batch]) => ({
      name: `${config} ${resolution} ${frames} frames batch ${batch}`,
      gib,
      flags: { ...common, task: 'train', resolution, frames: Number(frames), batch },
    })),
  );
}

const v1 = { model: 'v1.2', gpuCount: 96 } as const;
const v2 = { model: 'v2.0', gpuCount: 224 } as const;
/** As upstream names them, both sizes of one row. */
const both = (first: string, second: string, buckets: Buckets) => ({ [first]: buckets, [second]: buckets });

const small = {
  '144p': { 1: 475, 51: 51, 102: 27, 204: 13, 408: 6 },
  ...both('256', '240p', { 1: 297, 51: 20, 102: 10, 204: 5, 408: 2 }),
  ...both('360p', '512', { 1: 141, 51: 8, 102: 4, 204: 2, 408: 1 }),
};
const large = { '1080p': { 1: 5 }, '2048': { 1: 5 } };

/** Buckets that are switched on; others are left out. */
const stagesV1dot1: Record<'stage1' | 'stage2' | 'stage3', Record<string, Buckets>> = {
  stage1: {
    '144p': { 1: 48, 16: 6, 32: 3, 96: 1 },
    '256': { 1: 24, 16: 3, 48: 1 },
    '240p': { 16: 2, 32: 1 },
    '512': { 1: 12 },
    '1024': { 1: 3 },
  },
  stage2: {
    '144p': { 1: 48, 16: 17, 32: 9, 64: 4, 128: 1 },
    '256': { 1: 254, 16: 17, 32: 9, 64: 4, 128: 1 },
    '240p': { 1: 20, 16: 17, 32: 9, 64: 4, 128: 2 },
    '512': { 1: 86, 16: 4, 32: 2, 64: 1 },
    '480p': { 1: 54, 16: 4 },
    '720p': { 1: 20, 16: 2 },
    '1024': { 1: 20 },
    '1080p': { 1: 8 },
  },
  stage3: {
    '144p': { 1: 200, 16: 36, 32: 18, 64: 9, 128: 4 },
    '256': { 1: 200, 16: 22, 32: 11, 64: 6, 128: 4 },
    '240p': { 1: 200, 16: 22, 32: 10, 64: 6, 128: 3 },
    '360p': { 1: 120, 16: 9, 32: 4, 64: 2, 128: 1 },
    '512': { 1: 120, 16: 9, 32: 4, 64: 2, 128: 1 },
    '480p': { 1: 80, 16: 6, 32: 3, 64: 1 },
    '720p': { 1: 40, 16: 3, 32: 1 },
    '1024': { 1: 40 },
  },
};

/** v2.0's ranges are inclusive: each end of them. */
const ranges = (image: number, to33: number, to65: number, to97: number, to129: number): Buckets => ({
  1: image,
  5: to33,
  33: to33,
  37: to65,
  65: to65,
  73: to97,
  97: to97,
  101: to129,
  129: to129,
});

export const trainedRuns: TrainedRun[] = [
  ...runs('v1.0 16x256x256', eighty, { model: 'v1.0', gpuCount: 64 }, { '256': { 16: 8 } }),
  ...runs('v1.0 16x256x256 rflow', eighty, { model: 'v1.0', gpuCount: 64 }, { '256': { 16: 16 } }),
  ...runs(
    'v1.0 16x512x512 without checkpointing',
    eighty,
    { model: 'v1.0', gpuCount: 64, checkpointing: 'none' },
    { '512': { 16: 8 } },
  ),
  ...runs('v1.0 64x512x512', eighty, { model: 'v1.0', gpuCount: 64 }, { '512': { 64: 4 } }),
  ...runs('v1.0 64x512x512-sp', eighty, { model: 'v1.0', gpuCount: 64, sp: 2 }, { '512': { 64: 1 } }),
  ...runs('v1.0 360x512x512', eighty, { model: 'v1.0', gpuCount: 64, sp: 2 }, { '512': { 360: 1 } }),
  // v1.1:configs/opensora-v1-1/train/stage1.py, stage2.py, stage3.py; 64 H800.
  ...runs('v1.1 stage1', eighty, { model: 'v1.1', gpuCount: 64, checkpointing: 'none' }, stagesV1dot1.stage1),
  ...runs('v1.1 stage2', eighty, { model: 'v1.1', gpuCount: 64 }, stagesV1dot1.stage2),
  ...runs('v1.1 stage3', eighty, { model: 'v1.1', gpuCount: 64 }, stagesV1dot1.stage3),
  // v1.3:configs/opensora-v1-3/train/stage1.py, stage2.py; the number of GPUs is not stated.
  ...runs(
    'v1.3 stage1',
    eighty,
    { model: 'v1.3', gpuCount: 8 },
    {
      '360p': { 1: 60, 49: 5, 65: 3, 81: 3, 97: 2, 113: 2 },
    },
  ),
  ...runs(
    'v1.3 stage2',
    eighty,
    { model: 'v1.3', gpuCount: 8, plugin: 'zero1' },
    {
      '720p': { 1: 30, 49: 2, 65: 1, 81: 1, 97: 1, 113: 1 },
    },
  ),
  ...runs('v1.2 stage1', eighty, v1, {
    ...small,
    '480p': { 1: 89 },
    ...both('720p', '1024', { 1: 36 }),
    ...large,
  }),
  ...runs('v1.2 stage2', eighty, v1, {
    '480p': { 1: 89, 51: 5, 102: 2, 204: 1 },
    ...both('720p', '1024', { 1: 36, 51: 1 }),
  }),
  ...runs('v1.2 stage3', eighty, v1, {
    '480p': { 1: 89, 51: 5, 102: 3, 204: 1 },
    ...both('720p', '1024', { 1: 36, 51: 2, 102: 1 }),
  }),
  ...runs('v1.2 stage1, commented out', eighty, v1, {
    '144p': { 1: 100, 51: 30, 102: 20, 204: 8, 408: 4 },
    ...both('256', '240p', { 1: 100, 51: 24, 102: 12, 204: 4, 408: 2 }),
    ...both('360p', '512', { 1: 60, 51: 12, 102: 6, 204: 2, 408: 1 }),
    '480p': { 1: 40, 51: 6, 102: 3, 204: 1 },
    ...both('720p', '1024', { 1: 20, 51: 2, 102: 1 }),
    '1080p': { 1: 10 },
  }),
  ...runs(
    'v1.2 adapt',
    eighty,
    { ...v1, checkpointing: 'none' },
    {
      '144p': { 1: 48, 34: 2, 51: 4, 102: 2, 204: 1 },
      ...both('256', '240p', { 1: 20, 34: 2, 51: 1, 68: 1 }),
      ...both('360p', '512', { 1: 8, 34: 1 }),
      '480p': { 1: 4, 17: 1 },
      ...both('720p', '1024', { 1: 2 }),
      '1080p': { 1: 1 },
    },
  ),
  ...runs('v1.2 demo', eighty, v1, { '360p': { 102: 1 }, '480p': { 51: 5 } }),
  ...runs('v2.0 image', h200, v2, { '256px': { 1: 50 }, '768px': { 1: 11 }, '1024px': { 1: 7 } }),
  ...runs('v2.0 stage1', h200, v2, {
    '256px': ranges(45, 12, 6, 4, 3),
    '768px': { 1: 13 },
    '1024px': { 1: 7 },
  }),
  ...runs(
    'v2.0 stage2',
    h200,
    { ...v2, plugin: 'hybrid', sp: 4, checkpointing: 'full' },
    {
      '256px': ranges(130, 14, 10, 7, 6),
      '768px': ranges(38, 6, 4, 3, 2),
    },
  ),
  ...runs(
    'v2.0 stage2_i2v',
    h200,
    { ...v2, plugin: 'hybrid', sp: 4, checkpointing: 'full', offload: true, i2v: true },
    {
      '256px': ranges(195, 80, 40, 28, 23),
      '768px': ranges(38, 10, 5, 3, 2),
    },
  ),
  // main:configs/diffusion/train/high_compression.py; on which GPUs it was made is not said, docs/train.md's are H200.
  ...runs(
    'v2.0 high_compression',
    h200,
    { ...v2, ae: 'dc-ae', gpuCount: 8 },
    { '768px': { 1: 20, 16: 8, 32: 8, 36: 4, 64: 4, 68: 3, 96: 3, 100: 2, 128: 2 } },
  ),
  ...runs('v2.0 demo', h200, { ...v2, gpuCount: 8 }, { '256px': { 1: 1, 33: 1, 97: 1, 129: 1 } }),
];

/** A run that is known to run out of memory: a whole config, all its buckets. */
export interface FailedRun {
  name: string;
  gib: number[];
  buckets: TargetFlags[];
  /** Phase that breaks it, in words of the report: of a backward the first step's or a later one. */
  phase: string;
}

const flagsOf = (all: TrainedRun[]) => all.map(({ flags }) => flags);
const twentyFour = [22, 23.6, 23.7];
const videoV2dot0 = { model: 'v2.0', task: 'infer', resolution: '256px', frames: 129 } as const;

/** §5. */
export const failedRuns: FailedRun[] = [
  // #814: its batches were searched on 140 GB; on how many GPUs it was tried is not said.
  ...[8, 64, 224].map((gpuCount) => ({
    name: `#814 v2.0 stage1.py on ${gpuCount} × 80 GB`,
    gib: eighty,
    buckets: flagsOf(trainedRuns)
      .filter((_, index) => trainedRuns[index]!.name.startsWith('v2.0 stage1 '))
      .map((flags) => ({ ...flags, gpuCount })),
    phase: 'backward, which holds',
  })),
  // #847, #852: the weights alone are 22.15 GiB, on each of however many GPUs.
  ...[1, 2, 8].map((gpuCount) => ({
    name: `#847 v2.0 256px 129 frames on ${gpuCount} × 24 GB`,
    gib: twentyFour,
    buckets: [{ ...videoV2dot0, gpuCount }],
    phase: 'runs out while the models load',
  })),
  {
    name: '#852 v2.0 256px 129 frames over 8 × 24 GB by tensor parallelism',
    gib: twentyFour,
    buckets: [{ ...videoV2dot0, gpuCount: 8, tp: 8 }],
    phase: 'runs out while the models load',
  },
  // #344: v1.1's default configs need 80 GB.
  ...([1, 2, 3] as const).map((stage) => ({
    name: `#344 v1.1 stage${stage}.py on 8 × 32 or 40 GB`,
    gib: [31.7, 39.4],
    buckets: flagsOf(trainedRuns)
      .filter((_, index) => trainedRuns[index]!.name.startsWith(`v1.1 stage${stage} `))
      .map((flags) => ({ ...flags, gpuCount: 8 })),
    phase: 'backward, which holds',
  })),
];
