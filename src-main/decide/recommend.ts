import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { NearestMiss, Prediction, Recommendation } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import type { GpuSpec } from '../predict/gpus.js';
import { predict } from '../predict/predict.js';
import type { DecideInput } from './decide-input.js';
import { changesBetween } from './search/changes.js';
import { essentialBuckets, forAllBuckets, withOnly } from './search/essential-buckets.js';
import { type Evaluator, evaluator, type Limits } from './search/evaluator.js';
import { interpolated } from './search/interpolate.js';
import { nearestMiss } from './search/nearest-miss.js';
import { fastestOf } from './search/search.js';
import { type Tier, tiers } from './search/space.js';
import { settingsOf } from './settings.js';

/** What to run instead, or what comes nearest to it. */
export interface Advice {
  recommendation: Reading<Recommendation>;
  nearestMiss: Reading<NearestMiss>;
  /** The recommended settings and their prediction; undefined where none fit. */
  instead: { target: Target; prediction: Prediction } | undefined;
}

/** Faster settings are worth a change from here on: the share of the asked time that they save. */
const worthwhile = 0.02;

/** The settings as asked, where they fit and nothing is known to be faster. */
export function keepAsAsked({ target, prediction }: DecideInput): Advice {
  return {
    recommendation: { settings: settingsOf(target), batches: batchesOf(target), changes: [] },
    nearestMiss: unavailable('the run fits as asked'),
    instead: { target, prediction },
  };
}

/** Where the run fits as asked: what would be faster and changes neither what is trained nor its data. */
export function speedUp(input: DecideInput, limits: Limits, bf16: boolean): Advice {
  if (known(input.prediction.secondsPerStep) === undefined) return keepAsAsked(input);
  const found = search([tiers[0]!], input, limits, bf16);
  const { secondsPerSample } = exactEvaluator(input, limits);
  if (found === undefined || secondsPerSample(found) > secondsPerSample(input.target) * (1 - worthwhile))
    return keepAsAsked(input);
  return adviceOf(found, input, 'the run fits as asked');
}

/** Where it does not: the fastest settings that fit, of the first tier that has any; else the nearest miss. */
export function makeFit(input: DecideInput, limits: Limits, bf16: boolean): Advice {
  const found = search(tiers, input, limits, bf16);
  if (found !== undefined) return adviceOf(found, input, 'the recommended settings fit');
  const topOn = (gpu: GpuSpec, target: Target) =>
    evaluator(input.probes, input.analyse, { of: 'gpu', gpu }, limits).topBytes(target);
  const miss = nearestMiss(input.target, bf16, limits.gpuBytes, exactEvaluator(input, limits), topOn);
  const limit = formatGiB(Math.max(0, limits.gpuBytes));
  const reason =
    miss.shortBytes > 0
      ? `no settings fit: even the smallest may need ${formatGiB(miss.peakBytes)} of the ${limit} that a run may take`
      : 'no settings fit: memory would do on the GPU, but not on the host, or probes of them failed';
  return { recommendation: unavailable(reason), nearestMiss: miss, instead: undefined };
}

/**
 * By interpolated analyses of the buckets that decide; what is found is checked by exact ones of all buckets. Where that
 * does not hold, a bucket that was left out joins in, or the exact analyses are searched by.
 */
function search(
  among: readonly Tier[],
  input: DecideInput,
  limits: Limits,
  bf16: boolean,
): Target | undefined {
  const { target: asked, probes, analyse, speed, lessons } = input;
  const measuredBatches = [...new Set(probes.map(({ point }) => point.batch))];
  const exact = exactEvaluator(input, limits);
  const quick = evaluator(probes, interpolated(analyse, asked), speed, limits, lessons);
  const first = (indices: readonly number[], evaluate: Evaluator) => {
    const some = withOnly(asked, indices);
    for (const tier of among) {
      const found = fastestOf(tier, { asked: some, bf16, measuredBatches }, evaluate);
      if (found !== undefined) return forAllBuckets(found.target, asked, indices);
    }
    return undefined;
  };
  let indices = essentialBuckets(asked);
  for (;;) {
    const found = first(indices, quick);
    if (found === undefined || exact.fits(found)) return found;
    const failing = [...asked.buckets.keys()].filter(
      (index) => !indices.includes(index) && !exact.fits(withOnly(found, [index])),
    );
    if (failing.length === 0) {
      const certain = first(indices, exact);
      return certain === undefined || exact.fits(certain) ? certain : first([...asked.buckets.keys()], exact);
    }
    indices = [...indices, ...failing].toSorted((a, b) => a - b);
  }
}

function exactEvaluator({ probes, analyse, speed, lessons }: DecideInput, limits: Limits): Evaluator {
  return evaluator(probes, analyse, speed, limits, lessons);
}

function adviceOf(target: Target, input: DecideInput, whyNoMiss: string): Advice {
  const again = (of: Target) =>
    predict(of, input.probes, input.analyse, input.speed, input.lessons).prediction;
  // What they differ by is the same in the buckets that decide.
  const deciding = essentialBuckets(input.target);
  const changes = changesBetween(
    { target: withOnly(input.target, deciding), prediction: input.prediction },
    withOnly(target, deciding),
    again,
  );
  return {
    recommendation: { settings: settingsOf(target), batches: batchesOf(target), changes },
    nearestMiss: unavailable(whyNoMiss),
    instead: { target, prediction: again(target) },
  };
}

const batchesOf = ({ buckets }: Target) => buckets.map(({ batch }) => batch);
