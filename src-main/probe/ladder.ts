import { modelVersion } from '../../models/catalog/index.js';
import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Profile, Target } from '../contract/target.js';

/** One (frames, batch) of the grid, with its token grid; the last rung is the target's own. */
export interface Rung {
  frames: number;
  latentFrames: number;
  batch: number;
  rows: number;
  columns: number;
  /** Name of the resolution, or of the smaller grid that stands for it. */
  resolution: string;
}

/** Tokens along a side of the smallest grid: enough for every kernel to be itself. */
const smallSide = 16;

/** Kinds of block of a version, in the order of its forward. */
export function blockKindsOf(version: ModelVersion): BlockKind[] {
  return Object.keys(version.depth) as BlockKind[];
}

/** Samples that one forward of the target's own step works on: the guidance batch in inference. */
export function ownBatch(target: Target, bucket: Bucket): number {
  return target.task === 'infer'
    ? bucket.batch * modelVersion(target.model, target.ae).guidanceBatch
    : bucket.batch;
}

/**
 * The shapes of a sweep, from small to the target's own: frames rise at batch 1, then the batch doubles at the
 * target's frames. A standard sweep fills in the batches at fewer frames, a thorough one at more steps.
 */
export function ladder(target: Target, bucket: Bucket, profile: Profile): Rung[] {
  const version = modelVersion(target.model, target.ae);
  const frames = frameSteps(version, bucket, profile === 'thorough' ? [0.2, 1 / 3, 2 / 3] : [1 / 3]);
  const batches = batchSteps(ownBatch(target, bucket));
  const { rows, columns, resolution } = bucket;
  const grid = { rows, columns, resolution };
  const rungs = frames.flatMap((step) => batches.map((batch) => ({ ...step, ...grid, batch })));
  const wanted = rungs.filter(
    ({ frames: count, batch }) => profile !== 'quick' || batch === 1 || count === bucket.frames,
  );
  return [...smallest(bucket, frames), ...wanted].sort((a, b) => size(a) - size(b) || a.frames - b.frames);
}

const size = ({ latentFrames, batch, rows, columns }: Rung) => latentFrames * batch * rows * columns;

/** A shape that any device measures in its time, where the target's own grid is large. */
function smallest({ rows, columns, resolution }: Bucket, frames: readonly FrameStep[]): Rung[] {
  if (rows * columns <= smallSide ** 2) return [];
  const grid = { rows: Math.min(rows, smallSide), columns: Math.min(columns, smallSide) };
  const name = `${resolution} cut to ${grid.rows} × ${grid.columns} tokens`;
  return [{ ...frames[0]!, ...grid, batch: 1, resolution: name }];
}

type FrameStep = Pick<Rung, 'frames' | 'latentFrames'>;

function frameSteps(version: ModelVersion, bucket: Bucket, shares: readonly number[]): FrameStep[] {
  const own = { frames: bucket.frames, latentFrames: bucket.latentFrames };
  // A single frame is where MMDiT's training begins; STDiT's temporal attention would have nothing to attend to.
  const counts = [
    ...(version.depth.double ? [1] : []),
    ...shares.map((share) => accepted(version, share * bucket.frames)),
  ];
  const smaller = counts
    .map((count) => ({ frames: count, latentFrames: version.latentFrames(count) }))
    .filter(({ frames, latentFrames }) => frames < own.frames && latentFrames < own.latentFrames);
  return [...new Map([...smaller, own].map((step) => [step.latentFrames, step])).values()];
}

/** The nearest frame count that the version's VAE takes. */
function accepted(version: ModelVersion, wanted: number): number {
  // STDiT's VAE takes any count, in chunks of 17 frames: whole chunks are what its buckets have.
  const count = Math.max(
    1,
    Math.round(version.id === 'v1.2' ? Math.max(17, Math.round(wanted / 17) * 17) : wanted),
  );
  const answer = version.acceptsFrames(count);
  return answer.ok ? count : (answer.nearest[0] ?? 1);
}

function batchSteps(own: number): number[] {
  const steps: number[] = [];
  for (let batch = 1; batch < own; batch *= 2) steps.push(batch);
  return [...steps, own];
}
