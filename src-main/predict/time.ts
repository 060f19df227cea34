import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import { type Evidence, type Reading, unavailable } from '../contract/evidence.js';
import type { Probe } from '../contract/probe.js';
import type { TimePart } from '../contract/report.js';
import type { Bucket, Target } from '../contract/target.js';
import { type Analyse, blockKinds, shapeOf, targetShape } from './analyser.js';
import type { GpuSpec } from './gpu-spec.js';
import { measuredSeconds, nearestMeasured } from './nearest-probe.js';
import type { Spread } from './parts.js';

/** Whose seconds are predicted: those of the device that was measured, of a GPU by its datasheet, or of none. */
export type Speed =
  /** With what the catalogue knows of it: its links, its memory's bandwidth, its power. */
  | { of: 'measured-device'; gpu: GpuSpec | undefined }
  | { of: 'gpu'; gpu: GpuSpec }
  | { of: 'unknown'; reason: string };

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
}

/**
 * Share of the dense peak that Open-Sora reaches end to end, from its own tables of inference on H100
 * (main:README.md: 768px 1,656 s; v1.2:README.md: 720p 547 s; facts §1d).
 */
const publishedEfficiency = (version: ModelVersion) => (version.id === 'v2.0' ? 0.45 : 0.12);

const timeSpreads = {
  /** A step repeats its blocks; what two runs of a block differ by, and what a step adds that is not covered. */
  measured: { low: 0.97, high: 1.15 },
  /** By the operations counted: small shapes use the device worse, and attention grows otherwise than the rest. */
  scaled: { low: 0.7, high: 1.5 },
  /** The efficiency is one card's; v1.x's own training runs differ by more than twice among themselves. */
  datasheet: { low: 0.6, high: 2 },
} satisfies Record<string, Spread>;

/**
 * Seconds of an optimiser step (training) or of a denoising step (inference): each block's seconds times its depth,
 * one more forward for each checkpointed block, times accumulation; buckets weighted by their share. What is sharded
 * over sequence and tensor ranks is taken to divide evenly.
 */
export function predictTime(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
): TimePrediction {
  if (speed.of === 'unknown') return noTime(target.buckets, speed.reason);
  let seconds = 0;
  let shares = 0;
  let evidence: Evidence = 'measured';
  for (const bucket of target.buckets) {
    shares += bucket.share;
    for (const { kind, depth } of blockKinds(version)) {
      const block =
        speed.of === 'gpu'
          ? datasheetBlock(version, target, bucket, kind, analyse, speed.gpu)
          : measuredBlock(version, target, bucket, kind, analyse, probes);
      if (block === undefined) return noTime(target.buckets, `no probe of the ${kind} block was timed`);
      if (block.evidence === 'modelled') evidence = 'modelled';
      const recomputed = (target.checkpointedBlocks[kind] ?? 0) * block.forwardShare;
      seconds += bucket.share * block.seconds * (depth + recomputed);
    }
  }
  if (!(shares > 0)) return noTime(target.buckets, 'no bucket has a share of the steps');
  const total =
    ((seconds / shares) * target.accumulation) / (target.sequenceParallel * target.tensorParallel);
  const spread =
    timeSpreads[speed.of === 'gpu' ? 'datasheet' : evidence === 'measured' ? 'measured' : 'scaled'];
  const steps = target.task === 'infer' ? target.samplingSteps : target.steps;
  return {
    secondsPerStep: total,
    range: [total * spread.low, total * spread.high],
    evidence,
    secondsPerStepOfBucket: target.buckets.map(() => total),
    parts: [],
    secondsTotal:
      steps === null ? unavailable('the length of the run was not given (--steps)') : total * steps,
    samplesPerDay: unavailable('not worked out'),
    energyJoules: unavailable('not worked out'),
  };
}

interface BlockTime {
  seconds: number;
  /** Forward over forward and backward. */
  forwardShare: number;
  evidence: 'measured' | 'modelled';
}

function measuredBlock(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  kind: BlockKind,
  analyse: Analyse,
  probes: readonly Probe[],
): BlockTime | undefined {
  const shape = targetShape(version, target, bucket, kind);
  const measured = nearestMeasured(probes, shape, measuredSeconds);
  if (measured === undefined) return undefined;
  const forwardShare = forwardShareOf(version, target, bucket, kind, analyse);
  const asIs = measured.exact && !measured.shape.optimizer;
  if (asIs) return { seconds: measured.value, forwardShare, evidence: 'measured' };
  const scale = analyse(shape).flops / analyse(shapeOf(measured.probe.point)).flops;
  return { seconds: measured.value * scale, forwardShare, evidence: 'modelled' };
}

function datasheetBlock(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  kind: BlockKind,
  analyse: Analyse,
  gpu: GpuSpec,
): BlockTime {
  const { flops } = analyse(targetShape(version, target, bucket, kind));
  const peak = target.dtype === 'bf16' ? (gpu.flops.bf16 ?? gpu.flops.fp32) : gpu.flops[target.dtype];
  return {
    seconds: flops / (peak * publishedEfficiency(version)),
    forwardShare: forwardShareOf(version, target, bucket, kind, analyse),
    evidence: 'modelled',
  };
}

/** By operations; about a third. 0 in inference, which recomputes nothing. */
function forwardShareOf(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  kind: BlockKind,
  analyse: Analyse,
): number {
  if (target.task === 'infer' || (target.checkpointedBlocks[kind] ?? 0) === 0) return 0;
  const shape = targetShape(version, target, bucket, kind);
  return analyse({ ...shape, task: 'infer' }).flops / analyse(shape).flops;
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
  };
}
