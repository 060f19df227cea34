import { analyseBlock } from '../../models/blocks/analyse.js';
import { modelVersion } from '../../models/catalog/index.js';
import type { BlockKind, Dtype } from '../../models/catalog/types.js';
import type { Point, Probe } from '../contract/probe.js';
import type { Bucket, Profile, Target } from '../contract/target.js';
import { bisect } from './bisect.js';
import { fullTiming, onceTiming, Pace, sweepSeconds } from './budget.js';
import { blockKindsOf, ladder, type Rung } from './ladder.js';
import type { Timing } from './messages.js';
import { modelledProbe, pointOf } from './modelled.js';

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

export interface SweepOptions {
  target: Target;
  profile: Profile;
  /** Type that the device can run: the target's own on CUDA, fp32 on the CPU. */
  dtype: Dtype;
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

/** A planned point and its place in the sweep. */
interface Step {
  point: Point;
  rung: Rung;
  own: boolean;
  flops: number;
  needsBytes: number;
}

/** What ONNX Runtime's arena may hold over what is alive: it grows in powers of two. */
const arenaFactor = 1.5;

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
  const done = new Map(options.finished.map((probe) => [keyOf(probe.point), probe]));
  const results: Probe[] = [];
  const failed = new Map<BlockKind, Probe>();
  const lastOk = new Map<BlockKind, Step>();
  const steps = plan(options);
  for (const probe of options.finished) pace.learn(probe);

  const take = async (probe: Probe, fresh: boolean) => {
    results.push(probe);
    if (!fresh) return;
    pace.learn(probe);
    await options.record(probe);
  };
  const run = async (step: Step, index: number, timing: Timing): Promise<Probe> => {
    const later = steps.slice(index + 1).filter(({ point }) => !done.has(keyOf(point)));
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
    await take(probe, true);
    return probe;
  };

  for (const [index, step] of steps.entries()) {
    if (signal.aborted) break;
    const kind = step.point.block;
    const known = done.get(keyOf(step.point));
    if (known && known.evidence === 'measured') {
      await take(known, false);
      if (known.status === 'ok') lastOk.set(kind, step);
      else failed.set(kind, known);
      continue;
    }
    const earlier = failed.get(kind);
    const reserved = ownTime(steps.slice(index + 1), pace);
    const timing = earlier ? null : timingFor(step, pace, remaining(), reserved, lastOk.has(kind));
    const reason = earlier
      ? `not tried: a smaller shape of this block ended as ${earlier.status}`
      : step.needsBytes > options.freeBytes
        ? `not tried: needs about ${gib(step.needsBytes)} GiB and ${gib(options.freeBytes)} GiB is free`
        : timing === null
          ? `not tried: it would take about ${Math.ceil(pace.seconds(step.point, step.flops, onceTiming))} s and ${Math.max(0, Math.floor(remaining()))} s of the sweep's time is left`
          : null;
    if (reason !== null || timing === null) {
      // Shapes on the way that there is no time for are left out; the target's own is always answered.
      if (step.own) await take(modelledProbe(step.point, reason ?? ''), true);
      continue;
    }
    const probe = await run(step, index, timing);
    if (probe.status === 'ok') {
      lastOk.set(kind, step);
      continue;
    }
    if (probe.status === 'cancelled') break;
    failed.set(kind, probe);
    const below = lastOk.get(kind);
    if (below && (probe.status === 'out-of-memory' || probe.status === 'crashed')) {
      for (const rung of bisect(target.model, below.rung, step.rung)) {
        const between = stepOf(options, kind, rung, false);
        if (signal.aborted || pace.seconds(between.point, between.flops, onceTiming) > remaining()) break;
        const found = await run(between, index, onceTiming);
        rung.answer(found.status === 'ok');
      }
    }
  }
  return results;
}

/** The bucket that is swept: the one with most tokens, which decides. */
function bucketOf(target: Target): Bucket {
  const tokens = ({ batch, latentFrames, spatialTokens }: Bucket) => batch * latentFrames * spatialTokens;
  return target.buckets.toSorted((a, b) => tokens(b) - tokens(a))[0]!;
}

function plan(options: SweepOptions): Step[] {
  const { target, profile } = options;
  const bucket = bucketOf(target);
  const kinds = blockKindsOf(modelVersion(target.model));
  const rungs = ladder(target, bucket, profile);
  const steps = rungs.flatMap((rung, index) =>
    kinds.map((kind) => stepOf(options, kind, rung, index === rungs.length - 1)),
  );
  if (target.task === 'infer') return steps;
  // AdamW's time does not depend on the shape: one smallest step of each kind with it tells it apart.
  const withOptimizer = kinds.map((kind) => stepOf(options, kind, rungs[0]!, false, { optimizer: true }));
  const recomputed = kinds
    .filter((kind) => (target.checkpointedBlocks[kind] ?? 0) > 0)
    .map((kind) => stepOf(options, kind, rungs[0]!, false, { checkpoint: true }));
  const first = steps.slice(0, kinds.length);
  return [...first, ...withOptimizer, ...recomputed, ...steps.slice(kinds.length)];
}

function stepOf(
  { target, dtype }: SweepOptions,
  block: BlockKind,
  rung: Rung,
  own: boolean,
  extra: { optimizer?: boolean; checkpoint?: boolean } = {},
): Step {
  const shape = {
    model: target.model,
    block,
    task: target.task,
    dtype,
    batch: rung.batch,
    latentFrames: rung.latentFrames,
    rows: rung.rows,
    columns: rung.columns,
    depth: 1,
    checkpoint: extra.checkpoint ?? false,
    optimizer: extra.optimizer ?? false,
  };
  const analysis = analyseBlock(shape);
  const needsBytes =
    arenaFactor * analysis.liveBytes +
    analysis.parameterBytes +
    analysis.optimizerStateBytes +
    analysis.blockInputBytes;
  return {
    point: pointOf(shape, rung.resolution, rung.frames),
    rung,
    own,
    flops: analysis.flops,
    needsBytes,
  };
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

/** Time kept for running the target's own shapes once. */
function ownTime(later: readonly Step[], pace: Pace): number {
  return later
    .filter(({ own }) => own)
    .reduce((sum, { point, flops }) => sum + pace.seconds(point, flops, onceTiming), 0);
}

function keyOf(point: Point): string {
  return JSON.stringify(Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
