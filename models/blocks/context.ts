import type { Graph } from '../graph/graph.js';
import type { RotaryTables } from '../graph/ops/rotary.js';
import type { Value } from '../graph/value.js';
import type { Architecture, BatchShape } from './architecture.js';
import type { Weights } from './weights.js';

/** What all blocks of a model read beside their own streams. */
export interface Conditions {
  /** Embedded text, `[batch, textTokens, hidden]` (STDiT); its embedder is frozen, so no gradient. */
  text?: Value;
  /** Timestep embedding for adaLN, `[batch, 6 × hidden]` (STDiT). */
  timestep?: Value;
  /** The temporal branch's own, `[batch, 3 × hidden]` (v1.1). */
  temporalTimestep?: Value;
  /** Timestep, guidance and pooled text, `[batch, hidden]` (MMDiT). */
  vector?: Value;
}

/** Everything that a block is built from. */
export interface BlockContext {
  graph: Graph;
  architecture: Architecture;
  shape: BatchShape;
  conditions: Conditions;
  tables: RotaryTables | null;
  weights: Weights;
  /** Ranks that share a block's heads and widths (v2.0); 1 where there is no such group. */
  tensorRanks: number;
}

/** Builds one block: streams in, streams of the same shapes out (STDiT one, MMDiT double image and text). */
export type BlockBuilder = (context: BlockContext, streams: readonly Value[]) => Value[];
