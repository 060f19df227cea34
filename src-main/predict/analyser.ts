import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import type { Point } from '../contract/probe.js';
import type { Bucket, Target } from '../contract/target.js';

/** What the graph says of a shape: `analyseBlock` of models/blocks/analyse.ts. */
export type Analyse = (shape: BlockShape) => BlockAnalysis;

/**
 * Answers each shape once: predictions ask for the same ones again and again.
 * @param most how many are kept; beyond, those that were asked for longest ago are forgotten
 */
export function remembered(analyse: Analyse, most = Number.POSITIVE_INFINITY): Analyse {
  const known = new Map<string, BlockAnalysis>();
  return (shape) => {
    const key = keyOf(shape);
    const answer = known.get(key) ?? analyse(shape);
    // A map keeps the order of insertion: what is asked for again goes to its end.
    known.delete(key);
    known.set(key, answer);
    if (known.size > most) known.delete(known.keys().next().value!);
    return answer;
  };
}

/** All that a shape consists of, in a fixed order. */
export function keyOf(shape: BlockShape): string {
  const { model, block, task, dtype, batch, latentFrames, rows, columns, depth, checkpoint, optimizer } =
    shape;
  return `${model} ${block} ${task} ${dtype} ${batch} ${latentFrames} ${rows} ${columns} ${depth} ${checkpoint} ${optimizer}`;
}

/** The version's kinds of block, each with its depth. */
export function blockKinds(version: ModelVersion): { kind: BlockKind; depth: number }[] {
  return (Object.entries(version.depth) as [BlockKind, number][]).map(([kind, depth]) => ({ kind, depth }));
}

/** One block of the target: forward and backward in training, the whole guidance batch in inference. */
export function targetShape(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  block: BlockKind,
): BlockShape {
  return {
    model: target.model,
    block,
    task: target.task,
    dtype: target.dtype,
    batch: target.task === 'infer' ? bucket.batch * version.guidanceBatch : bucket.batch,
    latentFrames: bucket.latentFrames,
    rows: bucket.rows,
    columns: bucket.columns,
    depth: 1,
    checkpoint: false,
    optimizer: false,
  };
}

/** The shape that a probe ran. */
export function shapeOf(point: Point): BlockShape {
  const { model, block, task, dtype, batch, latentFrames, rows, columns, depth, checkpoint, optimizer } =
    point;
  return { model, block, task, dtype, batch, latentFrames, rows, columns, depth, checkpoint, optimizer };
}

/** Whether a probe ran the very tensors of the target's block, whatever it was built of. */
export function sameTensors(a: BlockShape, b: BlockShape): boolean {
  return (
    a.model === b.model &&
    a.block === b.block &&
    a.task === b.task &&
    a.batch === b.batch &&
    a.latentFrames === b.latentFrames &&
    a.rows === b.rows &&
    a.columns === b.columns
  );
}

/** The same tensors in the same type, one block without recomputation: what a prediction takes over unscaled. */
export function sameBlock(a: BlockShape, b: BlockShape): boolean {
  return sameTensors(a, b) && a.dtype === b.dtype && a.depth === b.depth && a.checkpoint === b.checkpoint;
}

/** Tokens that a shape holds, text left out: its size for choosing what is nearest. */
export function sizeOf(shape: BlockShape): number {
  return shape.batch * shape.latentFrames * shape.rows * shape.columns * shape.depth;
}
