import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Prediction } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import type { DecideInput } from './decide-input.js';
import { computesInBf16 } from './gpu-findings.js';
import { limitsOf } from './limits.js';
import { roomOf } from './memory-finding.js';
import { type Advice, makeFit } from './recommend.js';
import { sameSettings } from './rehearsed.js';
import type { Decision } from './verdict.js';

/** Settings that a rehearsal takes, and what is recommended where they hold. */
export interface Candidate {
  target: Target;
  prediction: Prediction;
  advice: Advice;
}

/** Settings that ran out of memory when they were rehearsed. */
export interface RanOut {
  target: Target;
  prediction: Prediction;
  /** By how much memory fell short, where that is known. Bytes. */
  missingBytes: Reading<number>;
}

/**
 * What to rehearse: the recommended settings; the run as asked where its memory is too near to call and nothing else fits.
 *
 * @returns the reason in place of it where there is nothing to rehearse
 */
export function toRehearse(input: DecideInput, decision: Decision): Reading<Candidate> {
  const { recommendation, nearestMiss, instead } = decision;
  const advice: Advice = { recommendation, nearestMiss, instead };
  if (!input.complete) return unavailable('the sweep was cancelled');
  if (instead !== undefined) return { ...instead, advice };
  const free = known(roomOf(input).freeBytes);
  if (free === undefined)
    return unavailable(
      'what is free is not known, so that there is nothing to rehearse for: --gpu or --gpu-memory says for what',
    );
  const [low] = input.prediction.interval.peakBytes;
  if (low > free)
    return unavailable(
      `no settings fit: even without a rehearsal it is certain that the run needs more than the ${formatGiB(free)} that are free`,
    );
  return { target: input.target, prediction: input.prediction, advice };
}

/** The fastest settings that should fit where these ran out of memory; undefined where no others do. */
export function nextBest(input: DecideInput, ranOut: readonly RanOut[]): Candidate | undefined {
  const { freeBytes, reserveBytes } = roomOf(input);
  const room = (known(freeBytes) ?? 0) - reserveBytes;
  const below = ranOut.map(
    ({ prediction, missingBytes }) =>
      prediction.interval.peakBytes[1] - Math.max(1, known(missingBytes) ?? 1),
  );
  const limits = limitsOf(input, Math.min(room, ...below));
  const { failed } = limits;
  const tried = (target: Target) => ranOut.some((each) => sameSettings(each.target, target));
  const advice = makeFit(
    input,
    { ...limits, failed: (target) => tried(target) || failed(target) },
    computesInBf16(input),
  );
  return advice.instead === undefined ? undefined : { ...advice.instead, advice };
}

/** What is recommended where all that was rehearsed ran out of memory: nothing. */
export function nothingHeld(attempts: number): Advice {
  const tried =
    attempts === 1 ? 'the settings that should fit' : `the best ${attempts} settings that should fit`;
  const none = unavailable(`${tried} ran out of memory when rehearsed`);
  return { recommendation: none, nearestMiss: none, instead: undefined };
}
