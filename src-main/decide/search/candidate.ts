import type { Target } from '../../contract/target.js';
import { countChanges } from '../settings.js';
import type { Evaluator } from './evaluator.js';

/** Settings that fit, with what they are chosen by. */
export interface Candidate {
  target: Target;
  secondsPerSample: number;
  /** Settings that differ from the asked ones. */
  changes: number;
  topBytes: number;
}

/** Differences below this are those of summing in another order. */
const rounding = 1e-9;

export function candidateOf(target: Target, asked: Target, evaluate: Evaluator): Candidate {
  return {
    target,
    secondsPerSample: evaluate.secondsPerSample(target),
    changes: countChanges(asked, target),
    topBytes: evaluate.topBytes(target),
  };
}

/** Whether settings of at least these seconds and changes are worse than the best found. */
export function cannotBeBetter(seconds: number, changes: number, best: Candidate | undefined): boolean {
  if (best === undefined) return false;
  if (slower(seconds, best.secondsPerSample)) return true;
  return !slower(best.secondsPerSample, seconds) && changes > best.changes;
}

/** Whether one time is beyond another by more than rounding. */
function slower(seconds: number, than: number): boolean {
  return seconds > than * (1 + rounding);
}

/** The faster of two; of equally fast ones that with fewer changes, then that with less memory. */
export function better(one: Candidate | undefined, other: Candidate | undefined): Candidate | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  if (slower(other.secondsPerSample, one.secondsPerSample)) return one;
  if (slower(one.secondsPerSample, other.secondsPerSample)) return other;
  if (one.changes !== other.changes) return one.changes < other.changes ? one : other;
  return other.topBytes < one.topBytes ? other : one;
}
