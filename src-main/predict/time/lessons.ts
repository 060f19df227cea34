import type { Lesson, Taught } from '../../contract/lesson.js';
import type { Target } from '../../contract/target.js';
import { corrected } from '../lessons.js';
import { ofBlocks, type StepPartId, stepPartIds } from './parts.js';

type StepSeconds = Record<StepPartId, number>;
type Range = [low: number, high: number];

/** Where the seconds of a step's blocks, and of all else in it, may lie. */
export interface StepRanges {
  blocks: Range;
  rest: Range;
}

export interface LearnedTime {
  /** A step's seconds by part, as the lessons have them. */
  seconds: (before: StepSeconds) => StepSeconds;
  range: Range;
  taught: Taught | undefined;
}

/**
 * A step by what rehearsals taught: Open-Sora's own steps of the whole of it, and where there were none ONNX Runtime's of its
 * blocks, which are all that they ran.
 */
export function timeByLessons(
  mean: StepSeconds,
  { blocks, rest }: StepRanges,
  lessons: readonly Lesson[],
  target: Target,
): LearnedTime {
  const range: Range = [blocks[0] + rest[0], blocks[1] + rest[1]];
  const whole = wholeOf(mean);
  const own = corrected(whole, whole, range, lessons, target, 'open-sora', 'seconds', null);
  if (own !== undefined)
    return {
      seconds: (before) => scaled(before, own.taught.ratio, () => true),
      range: own.range,
      taught: own.taught,
    };
  const ofOwn = secondsOfBlocks(mean);
  const onnx = corrected(ofOwn, ofOwn, blocks, lessons, target, 'onnx-runtime', 'seconds', null);
  if (onnx === undefined) return { seconds: (before) => before, range, taught: undefined };
  return {
    seconds: (before) => scaled(before, onnx.taught.ratio, (id) => ofBlocks.has(id)),
    range: [onnx.range[0] + rest[0], onnx.range[1] + rest[1]],
    taught: onnx.taught,
  };
}

export function wholeOf(seconds: StepSeconds): number {
  return stepPartIds.reduce((sum, id) => sum + seconds[id], 0);
}

export function secondsOfBlocks({ forward, recompute, backward }: StepSeconds): number {
  return forward + recompute + backward;
}

function scaled(seconds: StepSeconds, ratio: number, which: (id: StepPartId) => boolean): StepSeconds {
  const entries = stepPartIds.map((id) => [id, seconds[id] * (which(id) ? ratio : 1)]);
  return Object.fromEntries(entries) as StepSeconds;
}
