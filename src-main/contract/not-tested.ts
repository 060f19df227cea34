import { isUnavailable } from './evidence.js';
import type { Report } from './report.js';

/** All that a report says was not tested, in its words; a rehearsal that was not made among it. */
export function notTestedLines({ notTested, rehearsal }: Pick<Report, 'notTested' | 'rehearsal'>): string[] {
  return isUnavailable(rehearsal) ? [...notTested, `Rehearsal: ${rehearsal.unavailable}`] : notTested;
}
