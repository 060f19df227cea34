import { analyseBlock } from '../../models/blocks/analyse.js';
import type { BlockAnalysis } from '../../models/blocks/types.js';
import { modelVersion } from '../../models/catalog/index.js';
import type { BlockKind, Dtype } from '../../models/catalog/types.js';
import type { Point } from '../contract/probe.js';
import type { Bucket, Profile, Target } from '../contract/target.js';
import { blockKindsOf, ladder, type Rung } from './ladder.js';
import { pointOf } from './modelled.js';

/** A planned point and its place in the sweep. */
export interface Step {
  point: Point;
  rung: Rung;
  own: boolean;
  flops: number;
  needsBytes: number;
}

/** What ONNX Runtime's arena may hold over what is alive: it grows in powers of two. */
const arenaFactor = 1.5;

/** What a sweep is planned from. */
export interface SweepPlan {
  target: Target;
  profile: Profile;
  /** Type that the device can run: the target's own on CUDA, fp32 on the CPU. */
  dtype: Dtype;
}

/** The bucket that is swept: the one with most tokens, which decides. */
function bucketOf(target: Target): Bucket {
  const tokens = ({ batch, latentFrames, spatialTokens }: Bucket) => batch * latentFrames * spatialTokens;
  return target.buckets.toSorted((a, b) => tokens(b) - tokens(a))[0]!;
}

/** The steps of a sweep in the order in which they are taken. */
export function plan(options: SweepPlan): Step[] {
  const { target, profile } = options;
  const bucket = bucketOf(target);
  const kinds = blockKindsOf(modelVersion(target.model, target.ae));
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

/** Bytes that a probe takes of its device, with what the arena may hold beside what is alive. */
export function bytesNeeded(analysis: BlockAnalysis): number {
  return (
    arenaFactor * analysis.liveBytes +
    analysis.parameterBytes +
    analysis.optimizerStateBytes +
    analysis.blockInputBytes
  );
}

/** Why a probe is not tried that needs more than is free. */
export function tooLarge(needsBytes: number, freeBytes: number): string {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  return `not tried: needs about ${gib(needsBytes)} GiB and ${gib(freeBytes)} GiB is free`;
}

/** One step: what its block does at that shape, by its graph. */
export function stepOf(
  { target, dtype }: SweepPlan,
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
  return {
    point: pointOf(shape, rung.resolution, rung.frames),
    rung,
    own,
    flops: analysis.flops,
    needsBytes: bytesNeeded(analysis),
  };
}
