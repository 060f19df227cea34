import { known } from '../contract/evidence.js';
import { formatPercent } from '../contract/format.js';
import type { Lesson, Taught } from '../contract/lesson.js';
import type { Target } from '../contract/target.js';
import { median } from '../probe/statistics.js';

/**
 * How far around their median lessons are taken to be right, as a share of it; wider where the lessons themselves lie
 * further apart. Of memory what two measurements of the same on one device differ by (`spreads.measured`). A device's speed
 * moves with heat and with what else runs there: the same run rehearsed twice within minutes took 4 % and 13 % more than was
 * expected (docs/accuracy.md).
 */
const least = { block: 0.03, peak: 0.03, seconds: 0.15 } as const;

/**
 * A lesson narrows what was in about as much doubt when it was learned: where the block under way was a hundredth of a peak, an
 * error of a tenth in it is lost in what two measurements of that peak differ by. What the shares of the same settings differ
 * by, since the graph's block is not PyTorch's.
 */
const sameDoubt = 0.9;

/** A range by what lessons say of its figure. */
export interface Corrected {
  /** The figure as the lessons have it. */
  figure: number;
  range: [low: number, high: number];
  taught: Taught;
}

interface Learned {
  ratio: number;
  createdAt: string;
  doubtShare?: number | undefined;
}

/** What is learned from: the lessons of one way of rehearsing that have such a ratio, of this model, task and type. */
function ratiosOf(
  lessons: readonly Lesson[],
  { model, task, dtype }: Pick<Target, 'model' | 'task' | 'dtype'>,
  rehearsedIn: Lesson['rehearsedIn'],
  which: 'peakRatio' | 'secondsRatio',
): Learned[] {
  return lessons
    .filter((lesson) => lesson.rehearsedIn === rehearsedIn)
    .filter((lesson) => lesson.model === model && lesson.task === task && lesson.dtype === dtype)
    .flatMap((lesson) => {
      const ratio = known(lesson[which]);
      return ratio === undefined ? [] : [{ ...lesson, ratio }];
    });
}

/**
 * A figure and its range, corrected by what rehearsals of this machine taught. The range is only ever narrowed; where what
 * they say lies outside it, it is widened to hold that, since then it was wrong. A lesson that had less of its peak in doubt
 * narrows nothing, and none takes the top of the range of a peak below what was predicted without it: the ratio is of the
 * graph's own size, and a probe may have said that already.
 *
 * @param whole what the lessons' ratios are of: the figure itself, or a sum that is certain but for it, so that all of the
 * sum's error is its own
 * @param doubtShare of that, what is in doubt, as a lesson has it; null where each lesson counts
 * @returns undefined where nothing was taught of it
 */
export function corrected(
  figure: number,
  whole: number,
  range: readonly [number, number],
  lessons: readonly Lesson[],
  target: Pick<Target, 'model' | 'task' | 'dtype'>,
  rehearsedIn: Lesson['rehearsedIn'],
  quantity: Taught['quantity'],
  doubtShare: number | null,
): Corrected | undefined {
  const found = ratiosOf(lessons, target, rehearsedIn, quantity === 'seconds' ? 'secondsRatio' : 'peakRatio');
  if (!(figure > 0)) return undefined;
  const by = (learned: readonly Learned[]) =>
    correctedBy(learned, figure, whole, range, rehearsedIn, quantity);
  const all = by(found);
  if (all === undefined || all.taught.widened || doubtShare === null) return all;
  return by(found.filter((lesson) => (lesson.doubtShare ?? 0) >= sameDoubt * doubtShare));
}

function correctedBy(
  found: readonly Learned[],
  figure: number,
  whole: number,
  [low, high]: readonly [number, number],
  rehearsedIn: Lesson['rehearsedIn'],
  quantity: Taught['quantity'],
): Corrected | undefined {
  if (found.length === 0) return undefined;
  const ratios = found.map(({ ratio }) => ratio);
  const ratio = median(ratios);
  const spread = Math.max(...ratios.map((each) => Math.abs(each - ratio)));
  const centre = Math.max(0, figure + (ratio - 1) * whole);
  const nearest = least[quantity];
  const half = Math.max(nearest * centre, spread * whole);
  const near = Math.max(0, centre - half);
  const far = Math.max(centre + half, quantity === 'seconds' ? 0 : (1 + nearest) * figure);
  const widened = centre < low || centre > high;
  const newest = found
    .map(({ createdAt }) => createdAt)
    .toSorted()
    .at(-1)!;
  return {
    figure: centre,
    range: widened ? [Math.min(low, near), Math.max(high, far)] : [Math.max(low, near), Math.min(high, far)],
    taught: {
      rehearsedIn,
      quantity,
      ratio,
      spread: Math.max(nearest, spread),
      lessons: found.length,
      newest,
      widened,
    },
  };
}

/** To follow a part's note: what its figure was corrected by. */
export function taughtNote({ ratio, spread, lessons, widened }: Taught): string {
  const by = lessons === 1 ? 'a rehearsal of this machine' : `${lessons} rehearsals of this machine`;
  const outside = widened ? ', which lies outside what was predicted without it' : '';
  return `corrected by ${by}, which took × ${ratio.toFixed(3)} of what was expected, within ${formatPercent(spread, 0)}${outside}`;
}
