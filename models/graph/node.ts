import type { Value } from './value.js';

/** Classes of work that a node's time is counted under. */
export const operatorClasses = ['matmul', 'attention', 'norm', 'elementwise', 'optimizer', 'other'] as const;
export type OperatorClass = (typeof operatorClasses)[number];

export type Attribute = number | readonly number[] | string | { float: number } | { graph: Body };

/** Body of a `Scan`: a graph of its own that may read the outer graph's values. */
export interface Body {
  inputs: Value[];
  outputs: Value[];
  nodes: GraphNode[];
}

export interface GraphNode {
  readonly op: string;
  readonly domain: '' | 'com.microsoft';
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly class: OperatorClass;
  /** Floating-point operations of matrix products (multiply-add = 2). */
  readonly flops: number;
  /** The output is the input's own buffer (Reshape). */
  readonly alias: boolean;
}

/**
 * How an initializer gets its values: random within ± scale (or 0 to scale), all the same, given, or worked out
 * when they are asked for (large tables, which a structural answer never needs).
 */
export type Filling =
  | { random: number; positive?: boolean }
  | { fill: number }
  | { values: readonly number[] }
  | { table: () => Float32Array };

export interface Initializer {
  readonly value: Value;
  readonly filling: Filling;
}

/** One operator's entry for the reverse mode: what it keeps, and its rule. */
export interface TapeEntry {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  /** Values that the rule may read beside parameters and constants: what autograd would keep. */
  readonly saved: readonly Value[];
  /** Bytes that PyTorch's kernel keeps and ours works out again (log-sum-exp). */
  readonly extraSavedBytes: number;
  /** Gradients of the inputs, from those of the outputs (undefined where none flows). */
  readonly rule: (
    gradients: readonly (Value | undefined)[],
    saved: readonly Value[],
  ) => readonly (Value | undefined)[];
}
