import type { Timing } from '../messages.js';
import { median, medianDeviation } from '../statistics.js';

/** Two runs agree when the slower takes at most this much longer. */
const agreement = 1.05;

export interface Timed {
  medianSeconds: number;
  spread: number;
  samples: number[];
  warmups: number[];
}

/**
 * Warms up until two runs agree, then takes at least `minSamples` and more while the budget lasts.
 *
 * @param run one step
 * @param onWarm called between warm-up and samples
 */
export async function timeRuns(
  run: () => Promise<unknown>,
  { minSamples, maxWarmups, budgetSeconds }: Timing,
  onWarm: (seconds: number) => void,
): Promise<Timed> {
  const timed = async () => {
    const start = performance.now();
    await run();
    return (performance.now() - start) / 1000;
  };
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const warmups = [await timed()];
  for (let last = warmups[0]!; warmups.length < maxWarmups; ) {
    const next = await timed();
    warmups.push(next);
    if (Math.max(last, next) <= agreement * Math.min(last, next)) break;
    last = next;
  }
  onWarm(elapsed());
  const samples: number[] = [];
  // Fast blocks are repeated for a second, so that a median of milliseconds rests on more than five.
  while (samples.length < minSamples || (samples.length < 50 && elapsed() < Math.min(1, budgetSeconds)))
    samples.push(await timed());
  const middle = median(samples);
  return { medianSeconds: middle, spread: medianDeviation(samples) / middle, samples, warmups };
}
