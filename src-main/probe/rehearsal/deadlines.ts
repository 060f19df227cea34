import type { RehearsalStage } from '../../contract/rehearsal.js';
import type { RehearsalJob } from './job.js';

/** What hangs is told from what is slow by so much, and by no less than a minute. */
const patience = 4;
const least = 60;
/** Memory is touched and weights are copied at no less, on any device: a slow host's pages. Bytes a second. */
const slowest = 100e6;
/** A graph's nodes are built and loaded at no fewer a second: 57 blocks have 44,000. */
const blocksPerSecond = 2;
/** Of a step of which nothing tells how long it takes. */
const unknownStepSeconds = 600;

/**
 * Seconds that a stage, or one step of it, may take before it counts as hanging.
 * @param lastStepSeconds of the step before; null before the first
 */
export function stageSeconds(
  job: RehearsalJob,
  stage: RehearsalStage,
  lastStepSeconds: number | null,
): number {
  const { step, residentBytes, ballastBytes, otherPhases, expectedStepSeconds } = job;
  const touched = (bytes: number) => least + bytes / slowest;
  const one = lastStepSeconds ?? expectedStepSeconds ?? unknownStepSeconds / patience;
  switch (stage) {
    case 'prepare':
      return least + step.blocks.length / blocksPerSecond;
    case 'ballast':
      return touched(ballastBytes);
    case 'load':
      return touched(residentBytes) + step.blocks.length / blocksPerSecond;
    case 'other-phases':
      return touched(otherPhases.reduce((sum, { bytes }) => sum + bytes, 0));
    case 'margin':
      return least + 2 * patience * one;
    default:
      return least + patience * one;
  }
}

/** Seconds until the steps are done, by the last of them; null before there is one. */
export function secondsLeft(
  { limits }: RehearsalJob,
  done: number,
  lastStepSeconds: number | null,
  stepping: number,
): number | null {
  if (lastStepSeconds === null) return null;
  const byCount = (limits.most - done) * lastStepSeconds;
  const byTime = Math.max(limits.seconds - stepping, (limits.least - done) * lastStepSeconds);
  return Math.max(0, Math.min(byCount, byTime));
}
