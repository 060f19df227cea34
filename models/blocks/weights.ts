import type { Graph } from '../graph/graph.js';
import { linear } from '../graph/ops/linear.js';
import { shapeless } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';

/** Scale of random weights: activations stay within fp16 through a block of any width here. */
const weightScale = 0.03;

/** Declares and applies the layers of one block under upstream's state-dict names. */
export class Weights {
  constructor(
    readonly graph: Graph,
    private readonly prefix: string,
    /** Parameters that a recomputation finds again instead of declaring them twice. */
    private readonly declared: Map<string, Value>,
    private readonly trained: boolean,
    /** Stands in place of `prefix` where the bytes of all blocks of a kind are the same ones; null where they are not. */
    private readonly sharedPrefix: string | null = null,
  ) {}

  parameter(name: string, shape: readonly number[], filling: { random: number } | { fill: number }): Value {
    const full = `${this.prefix}${name}`;
    const known = this.declared.get(full);
    if (known) return known;
    const made =
      this.sharedPrefix === null
        ? this.graph.parameter(full, shape, filling)
        : this.shared(`${this.sharedPrefix}${name}`, shape, filling);
    made.requiresGrad = this.trained;
    this.declared.set(full, made);
    return made;
  }

  /** A parameter of this block alone, with a gradient of its own, in bytes that others have too. */
  private shared(name: string, shape: readonly number[], filling: { random: number } | { fill: number }) {
    const bytes = this.declared.get(name) ?? this.graph.weight(name, shape, filling);
    this.declared.set(name, bytes);
    const own = shapeless(this.graph, bytes);
    this.graph.parameters.push(own);
    return own;
  }

  /** `nn.Linear` with bias: `name.weight` `[out, in]`, `name.bias` `[out]`. */
  linear(name: string, x: Value, outputs: number): Value {
    const weight = this.parameter(`${name}.weight`, [outputs, x.shape.at(-1)!], { random: weightScale });
    const bias = this.parameter(`${name}.bias`, [outputs], { random: weightScale });
    return linear(this.graph, x, weight, bias);
  }

  /** Weight of a norm over `width`. */
  norm(name: string, width: number): Value {
    return this.parameter(name, [width], { fill: 1 });
  }
}
