import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import { dataRanks } from '../../predict/ranks.js';
import { accumulates } from '../../predict/resolve-parallelism.js';
import { withBatches } from '../settings.js';
import type { Evaluator } from './evaluator.js';

/**
 * The settings with every micro-batch and accumulation that keep the asked effective batch: each bucket's samples of
 * a step over all ranks stay what they are.
 */
export function keepingEffectiveBatch(settings: Target, asked: Target): Target[] {
  const perRank = samplesOfRank(settings, asked);
  const counts = accumulates(modelVersion(settings.model, settings.ae)) ? divisors(perRank[0]!) : [1];
  return counts
    .filter((accumulation) => perRank.every((samples) => samples % accumulation === 0))
    .map((accumulation) =>
      withBatches(
        settings,
        perRank.map((samples) => samples / accumulation),
        accumulation,
      ),
    );
}

/** Those of a whole number, which may be large; none of a fraction. */
function divisors(count: number): number[] {
  const small = Array.from({ length: Math.sqrt(count) }, (_, index) => index + 1).filter(
    (value) => count % value === 0,
  );
  return [...new Set([...small, ...small.map((value) => count / value)])];
}

/** Of each bucket, the samples that a data-parallel rank has to take for one step; not always whole. */
function samplesOfRank(settings: Target, asked: Target): number[] {
  const ranks = dataRanks(asked) / dataRanks(settings);
  return asked.buckets.map(({ batch }) => batch * asked.accumulation * ranks);
}

/**
 * The settings with the largest micro-batches that fit, each bucket's own, none larger than keeps the asked effective
 * batch; undefined where a bucket fits with none. Accumulation stays as asked.
 *
 * @param measured batches that probes ran: only there a batch may need less than a smaller one, since it is known better
 */
export function largestBatches(
  settings: Target,
  asked: Target,
  measured: readonly number[],
  evaluate: Evaluator,
): Target | undefined {
  const limits = samplesOfRank(settings, asked).map((samples) => Math.floor(samples / asked.accumulation));
  const batches = settings.buckets.map((bucket, index) => {
    const alone = (batch: number) =>
      evaluate.fits(
        withBatches({ ...settings, buckets: [{ ...bucket, share: 1 }] }, [batch], asked.accumulation),
      );
    const known = measured.filter((batch) => batch <= limits[index]! && alone(batch));
    return Math.max(largestThat(alone, limits[index]!), ...known);
  });
  return batches.includes(0) ? undefined : withBatches(settings, batches, asked.accumulation);
}

/** The largest whole number from 1 to `most` of which a statement holds that holds of all below it; 0 where none. */
export function largestThat(holds: (value: number) => boolean, most: number): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
