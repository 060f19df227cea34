import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { type RangedPart, sumOf } from './parts.js';
import { type PhaseName, phasesOf } from './phases.js';

/** What is held in one phase of one bucket's steps; the parts' sum is `bytes`. */
export interface PhaseMemory {
  name: PhaseName;
  parts: RangedPart[];
  bytes: number;
  range: [low: number, high: number];
}

/** The predicted peak of one GPU for one bucket. Bytes. */
export interface BucketMemory {
  bucket: Bucket;
  phases: PhaseMemory[];
  /** The phase that is the peak. */
  peak: PhaseMemory;
  /** Each end is the largest of the phases' own: the one that is largest for certain, and the one that may be. */
  range: [low: number, high: number];
}

/** The predicted peak of one GPU over the target's buckets: a run goes only if the largest fits. Bytes. */
export interface MemoryPrediction {
  buckets: BucketMemory[];
  /** The bucket whose peak is the largest. */
  worst: BucketMemory;
  range: [low: number, high: number];
}

/**
 * The peak over the target's buckets and phases.
 *
 * @param flashAttention whether FlashAttention 2 runs on the card: without it v1.x holds the scores of all attention
 */
export function predictMemory(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention = true,
): MemoryPrediction {
  const buckets = target.buckets.map((bucket): BucketMemory => {
    const phases = phasesOf(version, target, bucket, probes, analyse, flashAttention).map(
      ({ name, parts }): PhaseMemory => ({ name, parts, ...sumOf(parts) }),
    );
    const peak = largest(phases, ({ bytes }) => bytes);
    return { bucket, phases, peak, range: outer(phases) };
  });
  const worst = largest(buckets, ({ peak }) => peak.bytes);
  return { buckets, worst, range: outer(buckets) };
}

function largest<T>(items: readonly T[], size: (item: T) => number): T {
  return items.reduce((most, next) => (size(next) > size(most) ? next : most));
}

function outer(items: readonly { range: [number, number] }[]): [number, number] {
  return [Math.max(...items.map(({ range }) => range[0])), Math.max(...items.map(({ range }) => range[1]))];
}
