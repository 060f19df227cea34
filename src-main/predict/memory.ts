import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import { inferenceActivations, trainingActivations } from './activations.js';
import type { Analyse } from './analyser.js';
import { type RangedPart, sumOf } from './parts.js';
import { contextPart, residentComponents } from './residents.js';
import { inferenceStates, stepTransientBytes, trainingStates } from './states.js';

/** The predicted peak of one GPU and the parts that make it up; the parts' sum is the peak. Bytes. */
export interface MemoryPrediction {
  peakBytes: number;
  range: [low: number, high: number];
  parts: RangedPart[];
  /** The bucket whose peak this is. */
  bucket: Bucket;
}

/** The peak over the target's buckets: a run goes only if the largest fits. */
export function predictMemory(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
): MemoryPrediction {
  return target.buckets
    .map((bucket) => bucketMemory(version, target, bucket, probes, analyse))
    .reduce((worst, next) => (next.peakBytes > worst.peakBytes ? next : worst));
}

function bucketMemory(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
): MemoryPrediction {
  const beside = [...residentComponents(version, target), contextPart(target)];
  const parts =
    target.task === 'train'
      ? [
          ...trainingStates(version, target),
          ...trainingMoments(version, target, trainingActivations(version, target, bucket, probes, analyse)),
          ...beside,
        ]
      : [
          ...inferenceStates(version, target),
          ...inferenceActivations(version, target, bucket, probes, analyse),
          ...beside,
        ];
  const { bytes, range } = sumOf(parts);
  return { peakBytes: bytes, range, parts, bucket };
}

/**
 * A training step has two high points that never coincide: the backward, with the activations, and the optimiser's
 * step, with its transient, which the allocator puts where the activations were. So the transient counts by what it
 * needs beyond them, which is often nothing.
 */
function trainingMoments(version: ModelVersion, target: Target, activations: RangedPart[]): RangedPart[] {
  const transient = Math.round(stepTransientBytes(version, target));
  const { bytes, range } = sumOf(activations);
  const beyond = (activationBytes: number) => Math.max(0, transient - activationBytes);
  const part: RangedPart = {
    id: 'step-transient',
    name: 'Transient at the optimiser step',
    bytes: beyond(bytes),
    evidence: 'modelled',
    note: `the fp32 copy of the gradient shard, ${transient} bytes, by what it needs beyond the activations, which are freed by then`,
    // With the most activations the least is beyond them: added to theirs, these ends give the peak's.
    range: [beyond(range[0]), beyond(range[1])],
  };
  return [...activations, part];
}
