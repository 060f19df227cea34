import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { type RangedPart, sumOf } from './parts.js';
import { type PhaseName, phasesOf } from './phases.js';

/** The predicted peak of one GPU and the parts that make it up; the parts' sum is the peak. Bytes. */
export interface MemoryPrediction {
  peakBytes: number;
  range: [low: number, high: number];
  /** Of the phase that is the peak. */
  parts: RangedPart[];
  phase: PhaseName;
  /** The bucket whose peak this is. */
  bucket: Bucket;
}

/**
 * The peak over the target's buckets and phases: a run goes only if the largest fits. Each end of the range is the
 * largest of the phases' own: the one that is largest for certain, and the one that may be.
 */
export function predictMemory(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
): MemoryPrediction {
  const sums = target.buckets.flatMap((bucket) =>
    phasesOf(version, target, bucket, probes, analyse).map(({ name, parts }) => ({
      bucket,
      phase: name,
      parts,
      ...sumOf(parts),
    })),
  );
  const { bucket, phase, parts, bytes } = sums.reduce((most, next) =>
    next.bytes > most.bytes ? next : most,
  );
  const range: [number, number] = [
    Math.max(...sums.map((sum) => sum.range[0])),
    Math.max(...sums.map((sum) => sum.range[1])),
  ];
  return { peakBytes: bytes, range, parts, phase, bucket };
}
