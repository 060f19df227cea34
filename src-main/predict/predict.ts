import { modelVersion } from '../../models/catalog/index.js';
import { bucketLabel } from '../contract/bucket-label.js';
import type { Lesson, Taught } from '../contract/lesson.js';
import type { Probe } from '../contract/probe.js';
import type { Part, Prediction } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { hostMemory, savedCheckpointBytes } from './host.js';
import { type BucketMemory, predictMemory } from './memory.js';
import { notCovered } from './not-covered.js';
import type { RangedPart } from './parts.js';
import { predictTime, type Speed } from './time.js';

export interface PredictionResult {
  prediction: Prediction;
  /** What the prediction leaves out; for the report's `notTested`. */
  notCovered: string[];
}

/**
 * Peak bytes of each GPU and seconds of each step of the whole run, from the target, what was measured (which may be
 * nothing) and what the graphs say.
 *
 * @param lessons of rehearsals on the device that is predicted for
 */
export function predict(
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
  lessons: readonly Lesson[] = [],
): PredictionResult {
  const version = modelVersion(target.model, target.ae);
  const memory = predictMemory(version, target, probes, analyse, hasFlashAttention(speed), lessons);
  const time = predictTime(version, target, probes, analyse, speed, lessons);
  const host = hostMemory(version, target);
  return {
    prediction: {
      peakBytesPerGpu: memory.worst.peak.bytes,
      parts: memory.worst.peak.parts.map(published),
      phase: memory.worst.peak.name,
      phases: memory.worst.phases.map(({ name, bytes, range, parts }) => ({
        id: name,
        bytes,
        range,
        parts: parts.map(published),
      })),
      buckets: memory.buckets.map(({ bucket, peak, range }, index) => ({
        label: bucketLabel(bucket),
        share: bucket.share,
        peakBytes: peak.bytes,
        range,
        phase: peak.name,
        secondsPerStep: time.secondsPerStepOfBucket[index]!,
      })),
      secondsPerStep: time.secondsPerStep,
      secondsPerStepEvidence: time.evidence,
      timeParts: time.parts,
      secondsTotal: time.secondsTotal,
      samplesPerDay: time.samplesPerDay,
      energyJoules: time.energyJoules,
      host: { bytesPerRank: host.bytes, range: host.range, parts: host.parts.map(published) },
      savedCheckpointBytes: savedCheckpointBytes(version, target),
      interval: { peakBytes: memory.range, secondsPerStep: time.range },
      lessons: [...taughtOf(memory.worst), ...(time.taught === undefined ? [] : [time.taught])],
    },
    notCovered: [...notCovered(version, target), ...time.notCovered],
  };
}

/** What lessons changed of the bucket that needs the most: the block is the same in each phase that has it. */
function taughtOf({ phases, taught }: BucketMemory): Taught[] {
  const block = phases.flatMap(({ parts }) => parts).find((part) => part.taught !== undefined)?.taught;
  return [block, taught].filter((each) => each !== undefined);
}

/** Whether FlashAttention 2 runs on the card that is judged; taken to where the card is not known. */
export function hasFlashAttention(speed: Speed): boolean {
  return speed.of === 'unknown' || (speed.gpu?.flashAttention ?? true);
}

const published = ({ id, name, bytes, evidence, note }: RangedPart): Part => ({
  id,
  name,
  bytes,
  evidence,
  note,
});
