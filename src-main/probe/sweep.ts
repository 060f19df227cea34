import { modelVersion } from '../../models/catalog/index.js';
import type { BlockKind } from '../../models/catalog/types.js';
import { pointKey } from '../contract/point-key.js';
import type { Point, Probe } from '../contract/probe.js';
import { bisect } from './bisect.js';
import { fullTiming, onceTiming, Pace, sweepSeconds } from './budget.js';
import type { Timing } from './messages.js';
import { modelledProbe } from './modelled.js';
import { plan, type Step, type SweepPlan, stepOf, tooLarge } from './steps.js';

/** What a sweep tells while it runs. */
export interface SweepProgress {
  /** Position of the point under way, from 1, and how many are planned. */
  index: number;
  total: number;
  point: Point;
  /** The last figures, once there are some. */
  last: Probe | null;
  /** Seconds until the end, by the speed so far. */
  secondsLeft: number;
}

export interface SweepOptions extends SweepPlan {
  /** FLOP/s to plan by until a probe has told. */
  firstGuess: number;
  /** Bytes that a probe may take: free on the device now. */
  freeBytes: number;
  /** Probes of an earlier run that need not be measured again. */
  finished: readonly Probe[];
  signal: AbortSignal;
  /** Measures a point; `expectedSeconds` is what the deadline is set by. */
  measure(point: Point, timing: Timing, expectedSeconds: number): Promise<Probe>;
  /** Called with each result before the next is measured. */
  record(probe: Probe): Promise<void>;
  onProgress(progress: SweepProgress): void;
}

/**
 * Measures the blocks of a target at rising shapes up to its own, within the profile's time.
 *
 * Where time is short the target's own shape is run once for its memory and the shapes between are left out;
 * what neither time nor memory allow is answered from the graph, and says so. A kind of block stops at its
 * first failure and is then bisected to the largest shape that runs.
 */
export async function sweep(options: SweepOptions): Promise<Probe[]> {
  const { target, profile, signal } = options;
  const start = performance.now();
  const remaining = () => sweepSeconds[profile] - (performance.now() - start) / 1000;
  const pace = new Pace(options.firstGuess);
  const done = new Map(options.finished.map((probe) => [pointKey(probe.point), probe]));
  const results: Probe[] = [];
  const failed = new Map<BlockKind, Probe>();
  const ran: Step[] = [];
  const steps = plan(options);
  for (const probe of options.finished) pace.learn(probe);

  const take = async (probe: Probe) => {
    results.push(probe);
    pace.learn(probe);
    // What an earlier run has not answered from the graph already.
    const key = pointKey(probe.point);
    if (probe.evidence === 'measured' || !done.has(key)) await options.record(probe);
    done.set(key, probe);
  };
  /** What was measured at a step before, which then counts among the results. */
  const recall = ({ point }: Step): Probe | null => {
    const known = done.get(pointKey(point));
    if (known?.evidence !== 'measured') return null;
    if (!results.includes(known)) results.push(known);
    return known;
  };
  const run = async (step: Step, index: number, timing: Timing): Promise<Probe> => {
    const later = steps.slice(index + 1).filter(({ point }) => !done.has(pointKey(point)));
    const expected = pace.seconds(step.point, step.flops, timing);
    const after = later.reduce(
      (sum, { point, flops, own }) => sum + pace.seconds(point, flops, own ? onceTiming : fullTiming),
      0,
    );
    options.onProgress({
      index: index + 1,
      total: steps.length,
      point: step.point,
      last: results.findLast(({ evidence }) => evidence === 'measured') ?? null,
      secondsLeft: Math.min(Math.max(expected, remaining()), expected + after),
    });
    const probe = await options.measure(step.point, timing, expected);
    await take(probe);
    return probe;
  };
  /** How to measure a step, or why not to. */
  const plannedFor = (step: Step, index: number): Timing | string => {
    const { block } = step.point;
    const earlier = failed.get(block);
    if (earlier) return `not tried: a smaller shape of this block ended as ${earlier.status}`;
    if (step.needsBytes > options.freeBytes) return tooLarge(step.needsBytes, options.freeBytes);
    const reserved = ownTime(steps.slice(index + 1), pace, options.freeBytes, remaining());
    const kindMeasured = ran.some(({ point }) => point.block === block);
    const once = Math.ceil(pace.seconds(step.point, step.flops, onceTiming));
    return (
      timingFor(step, pace, remaining(), reserved, kindMeasured) ??
      `not tried: it would take about ${once} s and ${Math.max(0, Math.floor(remaining()))} s of the sweep's time is left`
    );
  };
  const narrow = async (step: Step, index: number) => {
    const below = nearestBelow(ran, step);
    if (!below) return;
    for (const rung of bisect(modelVersion(target.model, target.ae), below.rung, step.rung)) {
      const between = stepOf(options, step.point.block, rung, false);
      let found = recall(between);
      if (!found) {
        if (signal.aborted || pace.seconds(between.point, between.flops, onceTiming) > remaining()) return;
        found = await run(between, index, onceTiming);
      }
      rung.answer(found.status === 'ok');
    }
  };

  for (const [index, step] of steps.entries()) {
    if (signal.aborted) break;
    let probe = recall(step);
    if (!probe) {
      const planned = plannedFor(step, index);
      if (typeof planned === 'string') {
        // Shapes on the way that there is no time for are left out; the target's own is always answered.
        if (step.own) await take(modelledProbe(step.point, planned));
        continue;
      }
      probe = await run(step, index, planned);
    }
    if (probe.status === 'cancelled') break;
    if (probe.status === 'ok') ran.push(step);
    // AdamW and recomputation need more than the block alone, so that it may still run where they do not.
    else if (!step.point.optimizer && !step.point.checkpoint) {
      failed.set(step.point.block, probe);
      if (probe.status === 'out-of-memory' || probe.status === 'crashed') await narrow(step, index);
    }
  }
  return results;
}

/** Of the shapes of a block that ran, the one to bisect from: fewer samples at the same frames, else fewer frames. */
function nearestBelow(ran: readonly Step[], { point, rung }: Step): Step | undefined {
  const sameGrid = ran.filter(
    (step) => step.point.block === point.block && step.rung.resolution === rung.resolution,
  );
  const fewerSamples = sameGrid.filter((step) => step.rung.frames === rung.frames);
  const fewerFrames = sameGrid.filter((step) => step.rung.frames < rung.frames);
  return (
    fewerSamples.toSorted((a, b) => b.rung.batch - a.rung.batch)[0] ??
    fewerFrames.toSorted((a, b) => b.rung.frames - a.rung.frames)[0]
  );
}

/**
 * Full timing where there is time for it. Where there is not, one run for the target's own shape, and for a kind
 * of block of which nothing has been measured; null is neither.
 */
function timingFor(
  step: Step,
  pace: Pace,
  remaining: number,
  reserved: number,
  kindMeasured: boolean,
): Timing | null {
  const full = pace.seconds(step.point, step.flops, fullTiming);
  if (full + reserved <= remaining) return fullTiming;
  const once = pace.seconds(step.point, step.flops, onceTiming);
  return (step.own || !kindMeasured) && once <= remaining ? onceTiming : null;
}

/** Time kept for running the target's own shapes once, those that memory and time allow at all. */
function ownTime(later: readonly Step[], pace: Pace, freeBytes: number, remaining: number): number {
  return later
    .filter(({ own, needsBytes }) => own && needsBytes <= freeBytes)
    .map(({ point, flops }) => pace.seconds(point, flops, onceTiming))
    .filter((seconds) => seconds <= remaining)
    .reduce((sum, seconds) => sum + seconds, 0);
}
