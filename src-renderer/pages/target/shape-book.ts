import { blockAnalysisSchema } from '../../../src-main/contract/block-analysis.js';
import type { Answer, Ask } from '../../../src-main/contract/channels.js';
import type { Target } from '../../../src-main/contract/target.js';
import { interpolated } from '../../../src-main/decide/search/interpolate.js';
import { keyOf } from '../../../src-main/predict/analyser.js';
import { type PredictionResult, predict } from '../../../src-main/predict/predict.js';
import type { Speed } from '../../../src-main/predict/time.js';

type BlockShape = Ask<'target/analyse'>['shapes'][number];
type BlockAnalysis = Answer<'target/analyse'>[number];

/** A prediction, or the shapes that have to be analysed first. */
export interface Attempt {
  result: PredictionResult | null;
  missing: BlockShape[];
}

/** Shapes of one question: few enough that a more urgent one need not wait long behind it. */
const atOnce = 6;
/** Every batch of a shape is interpolated from this one and the smallest. */
const anchorBatch = 8;

/**
 * What the graphs said of shapes so far: with it a page predicts within a frame, and asks the main side only for shapes that
 * are new.
 */
export class ShapeBook {
  private readonly known = new Map<string, BlockAnalysis>();
  private readonly listeners = new Set<() => void>();
  private round = 0;
  private edition = 0;

  constructor(private readonly analyse: (shapes: BlockShape[]) => Promise<BlockAnalysis[]>) {}

  /** Changes with what is known. */
  readonly version = () => this.edition;

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  attempt(target: Target, speed: Speed): Attempt {
    const missing = new Map<string, BlockShape>();
    const analyse = interpolated((shape) => {
      const key = keyOf(shape);
      const found = this.known.get(key);
      if (found !== undefined) return found;
      missing.set(key, shape);
      return standIn;
    }, anchored(target));
    const result = predict(target, [], analyse, speed);
    return missing.size === 0 ? { result, missing: [] } : { result: null, missing: [...missing.values()] };
  }

  /**
   * Asks for what a prediction lacks, then for what the next ones may; a later call ends an earlier one's rest.
   * @throws what the question failed with
   */
  async load(missing: BlockShape[], next: () => BlockShape[]): Promise<void> {
    const round = ++this.round;
    await this.ask(missing, round);
    if (round !== this.round) return;
    await this.ask(next(), round);
  }

  private async ask(shapes: BlockShape[], round: number): Promise<void> {
    const wanted = shapes.filter((shape) => !this.known.has(keyOf(shape)));
    for (let start = 0; start < wanted.length && round === this.round; start += atOnce) {
      const some = wanted.slice(start, start + atOnce);
      const analyses = await this.analyse(some);
      for (const [index, shape] of some.entries()) this.known.set(keyOf(shape), analyses[index]!);
    }
    if (wanted.length === 0) return;
    this.edition++;
    for (const listener of [...this.listeners]) listener();
  }
}

/** For `interpolated`, which takes the larger of its batches from the target: the same for every batch asked. */
function anchored(target: Target): Target {
  return { ...target, buckets: target.buckets.map((bucket) => ({ ...bucket, batch: anchorBatch })) };
}

/** Stands where an analysis is missing, so that one attempt finds all that are; its result is thrown away. */
const standIn = Object.fromEntries(
  Object.keys(blockAnalysisSchema.shape).map((name) => [name, 1]),
) as BlockAnalysis;
