import type { ModelVersion } from '../../models/catalog/types.js';
import { type Evidence, isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Lesson, Taught } from '../contract/lesson.js';
import type { Probe } from '../contract/probe.js';
import type { TimePart } from '../contract/report.js';
import type { Bucket, Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import type { GpuSpec } from './gpu-spec.js';
import { meanByShare } from './mean-by-share.js';
import type { Spread } from './parts.js';
import { dataRanks } from './ranks.js';
import type { BlockTime, Speed } from './time/block-time.js';
import { decodeSeconds, textSeconds } from './time/encoders.js';
import { type StepRanges, secondsOfBlocks, timeByLessons, wholeOf } from './time/lessons.js';
import { type RunSeconds, runParts, type StepPartId, stepPartIds, stepParts } from './time/parts.js';
import { type StepTime, stepTime } from './time/step.js';

export type { Speed } from './time/block-time.js';

export interface TimePrediction {
  secondsPerStep: Reading<number>;
  range: Reading<[low: number, high: number]>;
  evidence: Evidence;
  /** In the target's order of buckets. */
  secondsPerStepOfBucket: Reading<number>[];
  /** Those per step add up to `secondsPerStep`. */
  parts: TimePart[];
  secondsTotal: Reading<number>;
  samplesPerDay: Reading<number>;
  energyJoules: Reading<number>;
  /** What of the time is left out, in words for the report. */
  notCovered: string[];
  /** What lessons changed of it. */
  taught?: Taught | undefined;
}

const timeSpreads = {
  /** A step repeats its blocks; what two runs of a block differ by, and what a step adds between them. */
  measured: { low: 0.97, high: 1.15 },
  /** From a probe of another shape: small ones use the device worse. */
  scaled: { low: 0.7, high: 1.5 },
  /** Hopper is what upstream published for; the efficiencies are held against those rows. */
  hopper: { low: 0.7, high: 1.5 },
  /**
   * Training on several GPUs: v1.0's GPU-days are 1.75 times what its own throughput on one node gives (2.0 s against
   * 1.14 s a step, facts §3), by stragglers, stalls and restarts that no sum of parts has.
   */
  grouped: { low: 0.7, high: 2 },
  /** On other cards the same shares of their peaks are taken, which nothing published was held against. */
  datasheet: { low: 0.55, high: 2 },
} satisfies Record<string, Spread>;

/** CUDA loads kernels when they are first used, and cuDNN tries its own out; taken as a second. */
const startSeconds = 1;

const secondsOfDay = 86_400;

/**
 * Seconds of an optimiser step (training) or of a denoising step (inference) as a sum of parts, buckets weighted by their
 * share, and of the whole: what is sharded over sequence and tensor ranks is taken to divide evenly.
 *
 * @param lessons of the device that is predicted for
 */
export function predictTime(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
  lessons: readonly Lesson[] = [],
): TimePrediction {
  if (speed.of === 'unknown') return noTime(target.buckets, speed.reason);
  const shares = target.buckets.reduce((sum, { share }) => sum + share, 0);
  if (!(shares > 0)) return noTime(target.buckets, 'no bucket has a share of the steps');
  const mean: Record<StepPartId, number> = { ...noSeconds };
  const ofBuckets: StepTime['seconds'][] = [];
  let from: BlockTime['from'] = 'measured';
  for (const bucket of target.buckets) {
    const step = stepTime(version, target, bucket, probes, analyse, speed);
    if (typeof step === 'string') return noTime(target.buckets, `no probe of the ${step} block was timed`);
    if (step.from !== 'measured') from = step.from;
    for (const id of stepPartIds) mean[id] += (step.seconds[id] * bucket.share) / shares;
    ofBuckets.push(step.seconds);
  }
  const { gpu } = speed;
  const { seconds, range, taught } = timeByLessons(
    mean,
    rangesOf(target, mean, from, gpu),
    from === 'datasheet' ? [] : lessons,
    target,
  );
  const secondsPerStep = wholeOf(seconds(mean));
  const run = target.task === 'infer' && gpu !== undefined ? runSeconds(version, target, gpu) : null;
  const secondsTotal = totalOf(target, secondsPerStep, run);
  return {
    secondsPerStep,
    range,
    evidence: from === 'measured' ? 'measured' : 'modelled',
    secondsPerStepOfBucket: ofBuckets.map((of) => wholeOf(seconds(of))),
    parts: [
      ...stepParts(seconds(mean), from === 'measured' ? 'measured' : 'modelled', taught),
      ...(run === null ? [] : runParts(run)),
    ],
    secondsTotal,
    samplesPerDay: samplesPerDay(target, secondsPerStep, run),
    energyJoules: energyOf(target, gpu, secondsTotal),
    notCovered: notCovered(target, gpu),
    taught,
  };
}

const noSeconds = Object.fromEntries(stepPartIds.map((id) => [id, 0])) as Record<StepPartId, number>;

function runSeconds(version: ModelVersion, target: Target, gpu: GpuSpec): RunSeconds {
  return {
    text: meanByShare(target.buckets, (bucket) => textSeconds(version, target, bucket, gpu)),
    decode: meanByShare(target.buckets, (bucket) => decodeSeconds(version, target, bucket, gpu)),
    start: startSeconds,
  };
}

function totalOf(target: Target, secondsPerStep: number, run: RunSeconds | null): Reading<number> {
  if (target.task === 'infer')
    return secondsPerStep * target.samplingSteps + (run === null ? 0 : run.text + run.decode + run.start);
  if (target.steps === null) return unavailable('the length of the run was not given (--steps)');
  return secondsPerStep * target.steps;
}

/** Samples that all ranks train on, or videos that they make, in a day. */
function samplesPerDay(target: Target, secondsPerStep: number, run: RunSeconds | null): number {
  const batch = meanByShare(target.buckets, (bucket) => bucket.batch);
  // What loads once counts for none of a day's videos.
  const once = run === null ? 0 : run.text + run.decode;
  const seconds =
    target.task === 'infer'
      ? secondsPerStep * target.samplingSteps + once
      : secondsPerStep / target.accumulation;
  return (secondsOfDay * batch * dataRanks(target)) / seconds;
}

/** All GPUs at their power limit for the whole run: an upper bound. Joules. */
function energyOf(target: Target, gpu: GpuSpec | undefined, secondsTotal: Reading<number>): Reading<number> {
  if (isUnavailable(secondsTotal)) return secondsTotal;
  if (gpu === undefined) return unavailable('the power limit of this device is in no catalogue');
  return gpu.watts * target.gpuCount * secondsTotal;
}

/** The blocks' seconds and the rest by what they rest on; the ends are added up, since their causes are shared. */
function rangesOf(
  target: Target,
  mean: Record<StepPartId, number>,
  from: BlockTime['from'],
  gpu: GpuSpec | undefined,
): StepRanges {
  const modelled = modelledSpread(target, gpu);
  const blocks = from === 'datasheet' ? modelled : timeSpreads[from];
  const ofBlocks = secondsOfBlocks(mean);
  const rest = wholeOf(mean) - ofBlocks;
  return {
    blocks: [ofBlocks * blocks.low, ofBlocks * blocks.high],
    rest: [rest * modelled.low, rest * modelled.high],
  };
}

function modelledSpread(target: Target, gpu: GpuSpec | undefined): Spread {
  if (gpu?.architecture !== 'hopper') return timeSpreads.datasheet;
  return target.task === 'train' && target.gpuCount > 1 ? timeSpreads.grouped : timeSpreads.hopper;
}

function notCovered(target: Target, gpu: GpuSpec | undefined): string[] {
  const training = target.task === 'train';
  const always = training ? ['Time of saving checkpoints'] : ['Time of loading the models from disk'];
  if (gpu !== undefined) return always;
  return [
    training
      ? "Time of the optimiser's step, of data loading and of text and video encoding"
      : 'Time of text encoding and of decoding by the VAE',
    ...(target.gpuCount > 1 ? ['Time of communication between GPUs'] : []),
    ...always,
  ];
}

function noTime(buckets: readonly Bucket[], reason: string): TimePrediction {
  const none = unavailable(reason);
  return {
    secondsPerStep: none,
    range: none,
    evidence: 'modelled',
    secondsPerStepOfBucket: buckets.map(() => none),
    parts: [],
    secondsTotal: none,
    samplesPerDay: none,
    energyJoules: none,
    notCovered: [],
  };
}
