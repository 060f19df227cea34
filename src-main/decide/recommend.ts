import { known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { NearestMiss, Prediction, Recommendation } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import type { GpuSpec } from '../predict/gpus.js';
import { predict } from '../predict/predict.js';
import type { DecideInput } from './decide-input.js';
import type { Candidate } from './search/candidate.js';
import { changesBetween } from './search/changes.js';
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
  if (found === undefined || found.secondsPerSample > secondsPerSample(input.target) * (1 - worthwhile))
    return keepAsAsked(input);
  return adviceOf(found.target, input, 'the run fits as asked');
}

/** Where it does not: the fastest settings that fit, of the first tier that has any; else the nearest miss. */
export function makeFit(input: DecideInput, limits: Limits, bf16: boolean): Advice {
  const found = search(tiers, input, limits, bf16);
  if (found !== undefined) return adviceOf(found.target, input, 'the recommended settings fit');
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

/** By interpolated analyses; what is found is checked by exact ones, and looked for by them if it does not hold. */
function search(
  among: readonly Tier[],
  input: DecideInput,
  limits: Limits,
  bf16: boolean,
): Candidate | undefined {
  const { target: asked, probes, analyse, speed } = input;
  const searchInput = { asked, bf16, measuredBatches: [...new Set(probes.map(({ point }) => point.batch))] };
  const first = (evaluate: Evaluator) => {
    for (const tier of among) {
      const found = fastestOf(tier, searchInput, evaluate);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const exact = exactEvaluator(input, limits);
  const quick = first(evaluator(probes, interpolated(analyse, asked), speed, limits));
  return quick === undefined || exact.fits(quick.target) ? quick : first(exact);
}

function exactEvaluator({ probes, analyse, speed }: DecideInput, limits: Limits): Evaluator {
  return evaluator(probes, analyse, speed, limits);
}

function adviceOf(target: Target, input: DecideInput, whyNoMiss: string): Advice {
  const again = (of: Target) => predict(of, input.probes, input.analyse, input.speed).prediction;
  const changes = changesBetween({ target: input.target, prediction: input.prediction }, target, again);
  return {
    recommendation: { settings: settingsOf(target), batches: batchesOf(target), changes },
    nearestMiss: unavailable(whyNoMiss),
    instead: { target, prediction: again(target) },
  };
}

const batchesOf = ({ buckets }: Target) => buckets.map(({ batch }) => batch);
