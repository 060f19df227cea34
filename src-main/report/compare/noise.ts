import { type Reading, unavailable } from '../../contract/evidence.js';

/** Above any probe's; beyond some thousand a chance of one half to the power of their number is no number any more. */
const mostSamples = 1000;
/** An interval holds the median in at least this share of cases. Five samples come to 93.75 %. */
const confidence = 0.9;

/**
 * Within which the median of the process that the samples are of lies: between two of the samples themselves, the closest
 * pair whose ranks leave it out in fewer than 10 % of cases. No distribution is assumed (the sign test's interval; Hahn and
 * Meeker, "Statistical Intervals", 1991, section 5.2). It knows the noise within one process alone, not from run to run.
 */
export function medianInterval(samples: readonly number[]): Reading<[low: number, high: number]> {
  const sorted = samples.slice(0, mostSamples).toSorted((a, b) => a - b);
  const count = sorted.length;
  // Ranks k and n + 1 − k leave the median out with probability 2 · P(Binomial(n, ½) < k).
  let outside = 0;
  let rank = 0;
  for (let chance = 2 * 0.5 ** count; outside + chance <= 1 - confidence; rank += 1) {
    outside += chance;
    chance *= (count - rank) / (rank + 1);
  }
  if (rank === 0)
    return unavailable(`${count} ${count === 1 ? 'sample is' : 'samples are'} too few to know its noise`);
  return [sorted[rank - 1]!, sorted[count - rank]!];
}
