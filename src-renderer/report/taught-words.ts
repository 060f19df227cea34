import { formatDate, formatPercent } from '../../src-main/contract/format.js';
import type { Taught } from '../../src-main/contract/lesson.js';
import { rehearsedInWords } from './rehearsal-words.js';

const quantities: Record<Taught['quantity'], string> = {
  block: 'The block under way',
  peak: 'The peak',
  seconds: 'The step',
};

/** What lessons changed, as a sentence: by how much, how surely, and what it rests on. */
export function taughtSentence(taught: Taught): string {
  const { quantity, ratio, spread, lessons, rehearsedIn, newest, widened } = taught;
  const rests = `${lessons === 1 ? '1 rehearsal' : `${lessons} rehearsals`} in ${rehearsedInWords[rehearsedIn]}, the newest of ${formatDate(newest)}`;
  const outside = widened ? '; it lay outside the interval, which was widened to hold it' : '';
  return `${quantities[quantity]} is taken × ${ratio.toFixed(3)}, within ${formatPercent(spread, 1)}, by ${rests}${outside}`;
}
