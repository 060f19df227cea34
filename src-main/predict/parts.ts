import type { Evidence } from '../contract/evidence.js';
import type { Taught } from '../contract/lesson.js';
import type { Part } from '../contract/report.js';

/** How far from its figure a part's truth may lie: factors of the figure. */
export interface Spread {
  low: number;
  high: number;
}

/** A part of the peak with its range, before the ranges are added up. */
export interface RangedPart extends Part {
  range: readonly [low: number, high: number];
  /** Whether it was scaled from a run at another size: lessons of a rehearsal say how well that holds. */
  scaled?: boolean;
  /** What lessons changed of it. */
  taught?: Taught;
}

/**
 * Spreads by where a figure comes from. They are stated, not fitted: `docs/accuracy.md` is where they will be held
 * against published figures.
 */
export const spreads = {
  /** Counted from exact parameters; the allocator rounds blocks up to 512 bytes and large ones to 2 MiB. */
  counted: { low: 1, high: 1.01 },
  /** Read from a run at the target's own shape and type: what two such runs differ by. */
  measured: { low: 0.97, high: 1.03 },
  /** Scaled by the graph from a run of the same block in the same type at another size. */
  scaled: { low: 0.85, high: 1.15 },
  /** Scaled by the graph from a run in another type: kernels and their workspaces differ. */
  rescaled: { low: 0.75, high: 1.3 },
  /** Parameters that upstream publishes rounded to a million. */
  published: { low: 0.97, high: 1.03 },
  /**
   * Kept activations from the graph: its rules are those of FlashAttention and fused norms, and what v1.x does not
   * fuse is a part of its own; above, what the allocator loses to fragments.
   */
  activations: { low: 0.95, high: 1.15 },
  /** The same with the weights frozen: where a LoRA adapts fewer layers, inputs of the others are not kept. */
  loraActivations: { low: 0.65, high: 1.15 },
  /** Counted from upstream's statements: what PyTorch really holds at the moment that counts may be less or more. */
  unfused: { low: 0.8, high: 1.25 },
  /** Kept for certain where the config has `mask_ratios`, which a target does not say; transients of it above. */
  masks: { low: 0, high: 1.5 },
  /** Checkpoints are tensors of known size; above, fragments. */
  checkpoints: { low: 1, high: 1.08 },
  /** Live set of one block by our schedule: PyTorch frees some tensors sooner and others later. */
  block: { low: 0.7, high: 1.4 },
  /** The same in inference, where what PyTorch frees later is a part of its own. */
  inferenceBlock: { low: 0.8, high: 1.25 },
  /** The VAE's layers walked: kernels and their workspaces are the library's choice. */
  vae: { low: 0.7, high: 1.5 },
} satisfies Record<string, Spread>;

/** A part of `bytes` that may be off by a spread. Bytes are made whole. */
export function rangedPart(
  id: string,
  name: string,
  bytes: number,
  evidence: Evidence,
  spread: Spread,
  note: string,
): RangedPart {
  const whole = Math.round(bytes);
  return {
    id,
    name,
    bytes: whole,
    evidence,
    note,
    range: [Math.floor(whole * spread.low), Math.ceil(whole * spread.high)],
  };
}

/** The sum of the parts, and of the ends of their ranges: the ranges' causes are shared, so that they do not cancel. */
export function sumOf(parts: readonly RangedPart[]): { bytes: number; range: [number, number] } {
  const add = (value: (part: RangedPart) => number) => parts.reduce((sum, part) => sum + value(part), 0);
  return {
    bytes: add((part) => part.bytes),
    range: [add((part) => part.range[0]), add((part) => part.range[1])],
  };
}
