import type { ModelVersion } from '../../models/catalog/types.js';
import type { Lesson, Taught } from '../contract/lesson.js';
import type { Probe } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { corrected, taughtNote } from './lessons.js';
import { type RangedPart, spreads, sumOf } from './parts.js';
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
  /** What lessons changed of that range. */
  taught?: Taught | undefined;
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
 * @param lessons of the device that is predicted for
 */
export function predictMemory(
  version: ModelVersion,
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention = true,
  lessons: readonly Lesson[] = [],
): MemoryPrediction {
  const buckets = target.buckets.map((bucket): BucketMemory => {
    const phases = phasesOf(version, target, bucket, probes, analyse, flashAttention).map(
      ({ name, parts }): PhaseMemory => {
        const learned = parts.map((part) =>
          part.scaled ? blockByLessons(part, parts, lessons, target) : part,
        );
        return { name, parts: learned, ...sumOf(learned) };
      },
    );
    const peak = largest(phases, ({ bytes }) => bytes);
    return { bucket, phases, peak, ...peakByLessons(peak.bytes, phases, lessons, target) };
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

/**
 * The block under way by rehearsals of ONNX Runtime's graph, whose blocks are those that were probed: of all that was held
 * at that peak it alone was of no certain size.
 */
function blockByLessons(
  part: RangedPart,
  beside: readonly RangedPart[],
  lessons: readonly Lesson[],
  target: Target,
): RangedPart {
  const whole = sumOf(beside).bytes;
  const doubt = part.bytes / whole;
  const found = corrected(part.bytes, whole, part.range, lessons, target, 'onnx-runtime', 'block', doubt);
  if (found === undefined) return part;
  const { figure, range, taught } = found;
  const note = `${part.note}; ${taughtNote(taught)}`;
  return { ...part, bytes: Math.round(figure), range: wholeBytes(range), note, taught };
}

/** The whole peak by rehearsals of Open-Sora itself. The figure stays the sum of its parts, and within its range. */
function peakByLessons(
  bytes: number,
  phases: readonly PhaseMemory[],
  lessons: readonly Lesson[],
  target: Target,
): Pick<BucketMemory, 'range' | 'taught'> {
  const range = outer(phases);
  const doubt = doubtShare(phases, bytes);
  const found = corrected(bytes, bytes, range, lessons, target, 'open-sora', 'peak', doubt);
  if (found === undefined) return { range };
  const [low, high] = wholeBytes(found.range);
  return { range: [Math.min(low, bytes), Math.max(high, bytes)], taught: found.taught };
}

/**
 * How much of a peak is in doubt, as a share of it: the widths of its parts' ranges, with the block under way as wide as
 * without a probe, so that what was probed does not change how much a rehearsal of the whole says.
 */
export function doubtShare(phases: readonly PhaseMemory[], peakBytes: number): number {
  const unprobed = spreads.block.high - spreads.block.low;
  const width = ({ id, bytes, range }: RangedPart) =>
    id === 'block-under-way' ? unprobed * bytes : range[1] - range[0];
  const widths = phases.map(({ parts }) => parts.reduce((sum, part) => sum + width(part), 0));
  return Math.max(...widths) / peakBytes;
}

function wholeBytes([low, high]: readonly [number, number]): [number, number] {
  return [Math.floor(low), Math.ceil(high)];
}
