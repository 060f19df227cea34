import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatCount, formatSeconds } from '../../src-main/contract/format.js';
import type {
  BucketPrediction,
  Part,
  Phase,
  Prediction,
  Report,
  TimePart,
} from '../../src-main/contract/report.js';
import { gpusOfNode } from '../../src-main/predict/ranks.js';

/** A part in every phase that has it, by the phase's place; what a phase does not hold is 0. */
export interface PartByPhase {
  part: Part;
  bytes: number[];
}

/** Every part of every phase once: those of the peak first, in its order, so that letters and colours stay theirs. */
export function partsByPhase({ parts, phases }: Prediction): PartByPhase[] {
  const all = new Map<string, Part>();
  for (const part of [...parts, ...phases.flatMap((phase) => phase.parts)])
    if (!all.has(part.id)) all.set(part.id, part);
  return [...all.values()].map((part) => ({ part, bytes: phases.map((phase) => bytesOf(phase, part.id)) }));
}

function bytesOf({ parts }: Phase, id: string): number {
  return parts.filter((part) => part.id === id).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What is left of the free memory at an interval's top with the reserve kept back; negative is what is missing. */
export function leftOver({ verdict }: Report, range: readonly [number, number]): number | null {
  const free = known(verdict.freeBytes);
  return free === undefined ? null : free - verdict.reserveBytes - range[1];
}

/** The bucket whose peak is the run's. */
export function worstBucket({ buckets }: Prediction): BucketPrediction {
  return buckets.reduce((worst, next) => (next.peakBytes > worst.peakBytes ? next : worst));
}

/** Whether the run would be on the machine that the report has: its host memory says nothing about another. */
function isThisMachine({ judgedGpu, device }: Report): boolean {
  return judgedGpu === null && device.used !== 'none' && device.used !== 'cpu';
}

/** Host memory of all the ranks of a node, and what a node has free where the run is judged for this machine. */
export function hostOfNode(report: Report): {
  ranks: number;
  bytes: number;
  top: number;
  free: number | null;
} {
  const { target, prediction, machine } = report;
  const ranks = gpusOfNode(target);
  const host = isUnavailable(prediction) ? undefined : prediction.host;
  return {
    ranks,
    bytes: (host?.bytesPerRank ?? 0) * ranks,
    top: (host?.range[1] ?? 0) * ranks,
    free: isThisMachine(report) ? machine.host.memory.freeBytes : null,
  };
}

/** A line of a table of times. Seconds. */
export type TimeRow = Pick<TimePart, 'id' | 'name' | 'seconds' | 'evidence' | 'note'>;

/** What adds up to a step; nothing where it is not known. */
export function stepTimes({ timeParts }: Prediction): TimeRow[] {
  return timeParts.filter(({ per }) => per === 'step');
}

/** What adds up to the whole run: its steps, and what is done once. Nothing where it is its steps alone. */
export function runTimes({ prediction, target }: Report): TimeRow[] {
  if (isUnavailable(prediction)) return [];
  const { secondsPerStep, secondsPerStepEvidence, timeParts } = prediction;
  const once = timeParts.filter(({ per }) => per === 'run');
  const steps = target.task === 'infer' ? target.samplingSteps : target.steps;
  if (isUnavailable(secondsPerStep) || steps === null || once.length === 0) return [];
  const all: TimeRow = {
    id: 'steps',
    name: `${formatCount(steps)} ${target.task === 'infer' ? 'denoising' : 'optimiser'} steps`,
    seconds: steps * secondsPerStep,
    evidence: secondsPerStepEvidence,
    note: `${formatSeconds(secondsPerStep)} each`,
  };
  return [all, ...once];
}

/** The micro-batch to use in place of a bucket's, or null where it stays or none is recommended. */
export function batchToUse({ recommendation, target }: Report, index: number): number | null {
  if (isUnavailable(recommendation)) return null;
  const batch = recommendation.batches[index];
  return batch === undefined || batch === target.buckets[index]?.batch ? null : batch;
}
