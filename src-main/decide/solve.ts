import { modelVersion } from '../../models/catalog/index.js';
import { known, type Unavailable, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Solved } from '../contract/report.js';
import type { Bucket, Target } from '../contract/target.js';
import { UsageError } from '../contract/usage-error.js';
import { sharesEvenly } from '../predict/resolve-parallelism.js';
import { mostBatch, mostFrames, resolveBucket } from '../predict/resolve-shape.js';
import type { Asked } from './decide-input.js';
import { limitsOf } from './limits.js';
import { roomOf } from './memory-finding.js';
import { evaluator } from './search/evaluator.js';
import { interpolated } from './search/interpolate.js';
import { withBatches } from './settings.js';

type Variable = Solved['variable'];

/** The values that a variable may take, from the least need to the largest, as targets of which all else is as asked. */
interface Series {
  asked: string;
  /** Undefined beyond its end. */
  at: (index: number) => { value: string; target: Target } | undefined;
}

/**
 * The largest batch, frames or resolution that fits with everything else as asked: the interval's top and the reserve
 * within what is free. Values beyond the asked one are looked at too.
 *
 * @returns the target with that value, or why there is none
 * @throws UsageError where the target has several buckets
 */
export function solve(variable: Variable, input: Asked): { solved: Solved; target: Target } | Unavailable {
  const { target, probes, analyse, speed, lessons } = input;
  if (target.buckets.length > 1)
    throw new UsageError(
      `--solve ${variable} is for one bucket, and the target has ${target.buckets.length}: name one by --resolution, --frames and --batch`,
    );
  const { freeBytes, reserveBytes } = roomOf(input);
  const free = known(freeBytes);
  if (free === undefined)
    return unavailable('what is free is not known: name a GPU by --gpu or --gpu-memory');
  const limits = limitsOf(input, free - reserveBytes);
  const exact = evaluator(probes, analyse, speed, limits, lessons);
  const quick = evaluator(probes, interpolated(analyse, target), speed, limits, lessons);
  const series = seriesOf[variable](target);
  const within = (evaluate: typeof exact) => (index: number) => {
    const next = series.at(index);
    return next !== undefined && evaluate.fits(next.target);
  };
  // Other frames or sizes are other graphs, of which nothing is known before they are analysed.
  const guess = variable === 'batch' ? last(within(quick)) : -1;
  const found = guess >= 0 && within(exact)(guess) ? guess : last(within(exact));
  const best = series.at(found);
  if (best !== undefined)
    return { solved: { variable, asked: series.asked, value: best.value }, target: best.target };
  const least = series.at(0);
  if (least === undefined) return unavailable(`nothing named is known to set ${variable} to`);
  return unavailable(
    `not even ${variable} ${least.value} fits: it may need ${formatGiB(exact.topBytes(least.target))} of the ${formatGiB(Math.max(0, limits.gpuBytes))} that a run may take`,
  );
}

const seriesOf: Record<Variable, (target: Target) => Series> = {
  batch: batches,
  frames: frameCounts,
  resolution: resolutions,
};

/** Every batch, with accumulation as asked. */
function batches(target: Target): Series {
  return {
    asked: String(target.buckets[0]!.batch),
    at: (index) => {
      const batch = index + 1;
      if (batch < 1 || batch > mostBatch) return undefined;
      return { value: String(batch), target: withBatches(target, [batch], target.accumulation) };
    },
  };
}

/** The counts of frames that the version's VAE takes, and that the sequence group can share. */
function frameCounts(target: Target): Series {
  const version = modelVersion(target.model, target.ae);
  const asked = target.buckets[0]!;
  const found: Bucket[] = [];
  let next = 1;
  const bucketAt = (index: number): Bucket | undefined => {
    for (; found.length <= index && next <= mostFrames; next++) {
      const bucket = { ...asked, frames: next, latentFrames: version.latentFrames(next) };
      if (version.acceptsFrames(next).ok && sharesEvenly(version, bucket, target.sequenceParallel))
        found.push(bucket);
    }
    return found[index];
  };
  return {
    asked: String(asked.frames),
    at: (index) => {
      const bucket = bucketAt(index);
      return bucket && { value: String(bucket.frames), target: { ...target, buckets: [bucket] } };
    },
  };
}

/** The version's named resolutions at the asked aspect ratio, in order of tokens. */
function resolutions(target: Target): Series {
  const version = modelVersion(target.model, target.ae);
  const asked = target.buckets[0]!.resolution;
  const buckets = version.resolutions
    .map((resolution) => resized(target, resolution))
    .filter((bucket) => bucket !== undefined)
    .filter((bucket) => sharesEvenly(version, bucket, target.sequenceParallel))
    // Of names for the same size the asked one stands.
    .toSorted(
      (a, b) =>
        a.spatialTokens - b.spatialTokens || Number(a.resolution === asked) - Number(b.resolution === asked),
    );
  return {
    asked,
    at: (index) => {
      const bucket = buckets[index];
      return bucket && { value: bucket.resolution, target: { ...target, buckets: [bucket] } };
    },
  };
}

/** The bucket at another resolution; undefined where the version has it not at this aspect ratio. */
function resized({ model, ae, task, buckets }: Target, resolution: string): Bucket | undefined {
  const { aspect, frames, latentFrames, batch } = buckets[0]!;
  try {
    const flags = { model, task, resolution, aspect, frames, latentFrames, batch };
    return resolveBucket(modelVersion(model, ae), task, flags);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** The last index from 0 on at which a statement holds, where it holds up to some index and from there on no more; else -1. */
function last(holds: (index: number) => boolean): number {
  let good = -1;
  let step = 1;
  while (holds(good + step)) {
    good += step;
    step *= 2;
  }
  // The one at `good + step` does not hold.
  while (step > 1) {
    step /= 2;
    if (holds(good + step)) good += step;
  }
  return good;
}
