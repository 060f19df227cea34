import type { BlockAnalysis, BlockShape } from '../../../models/blocks/types.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import type { Analyse } from '../../predict/analyser.js';

/**
 * Answers for every batch from three analyses of a shape: of batch 1, of batch 2 and of a larger one; from two of a
 * forward alone.
 *
 * What the graph says is affine in the batch from 2 on, of a forward from 1 on: operations and kept bytes grow by the same for each sample, and the
 * live peak is a maximum of such lines. Bytes come out right but for a few parts in a million, operations but for one in a
 * thousand, where attention is cut into another number of pieces: test/src-main/decide/search/interpolate.test.ts. What a
 * search finds by it is checked by the exact analysis. bf16 and fp16 have the same bytes and operations.
 *
 * @param asked the batches of its buckets are analysed already
 */
export function interpolated(analyse: Analyse, asked: Target): Analyse {
  const made = new Map<string, Map<number, BlockAnalysis>>();
  const times = asked.task === 'infer' ? modelVersion(asked.model, asked.ae).guidanceBatch : 1;
  const anchors = new Map(
    asked.buckets.map(({ latentFrames, rows, columns, batch }) => [
      gridKey(latentFrames, rows, columns),
      batch * times,
    ]),
  );
  return (shape) => {
    const key = keyOf(shape);
    const known = made.get(key) ?? new Map<number, BlockAnalysis>();
    made.set(key, known);
    const found = known.get(shape.batch);
    if (found !== undefined) return found;
    const exact = (batch: number) => {
      const answer = known.get(batch) ?? analyse({ ...shape, batch });
      known.set(batch, answer);
      return answer;
    };
    const anchor = anchors.get(gridKey(shape.latentFrames, shape.rows, shape.columns)) ?? 0;
    const lower = shape.task === 'infer' ? 1 : 2;
    const upper = Math.max(lower + 1, anchor);
    if (shape.batch <= lower || shape.batch === upper) return exact(shape.batch);
    const answer = between(exact(lower), exact(upper), (shape.batch - lower) / (upper - lower));
    known.set(shape.batch, answer);
    return answer;
  };
}

function between(low: BlockAnalysis, high: BlockAnalysis, share: number): BlockAnalysis {
  const names = Object.keys(low) as (keyof BlockAnalysis)[];
  return Object.fromEntries(
    names.map((name) => [name, low[name] + (high[name] - low[name]) * share]),
  ) as unknown as BlockAnalysis;
}

function keyOf({
  model,
  block,
  task,
  dtype,
  latentFrames,
  rows,
  columns,
  depth,
  ...rest
}: BlockShape): string {
  const bytes = dtype === 'fp32' ? 4 : 2;
  return `${model} ${block} ${task} ${bytes} ${gridKey(latentFrames, rows, columns)} ${depth} ${rest.checkpoint} ${rest.optimizer}`;
}

const gridKey = (latentFrames: number, rows: number, columns: number) => `${latentFrames} ${rows} ${columns}`;
