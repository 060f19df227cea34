import type { Dtype } from '../catalog/types.js';

export type ElementType = Dtype | 'int64' | 'int32';

const elementBytes: Record<ElementType, number> = { fp32: 4, bf16: 2, fp16: 2, int64: 8, int32: 4 };

/**
 * What a tensor's bytes belong to. Only `activation` and `shared` count as saved for backward: `shared` is
 * what all blocks of a model have in common (text, timestep embedding, rotary tables).
 */
export type Origin = 'activation' | 'shared' | 'parameter' | 'state' | 'constant';

/** Memory that one or more values lie in; a view shares its base's, as in PyTorch. */
export interface Storage {
  readonly bytes: number;
  readonly origin: Origin;
}

/** A tensor of the graph. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly storage: Storage;
  /** Whether a gradient flows to it. */
  requiresGrad: boolean;
  /**
   * Set on a view that ONNX must copy where PyTorch has a stride (a slice): how to make it again from its
   * base, so that the backward keeps the base alone and nothing twice.
   */
  readonly view?: { base: Value; rebuild: (base: Value) => Value };
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function byteSize(shape: readonly number[], type: ElementType): number {
  return elements(shape) * elementBytes[type];
}

/** Shape that two tensors broadcast to. @throws RangeError where they do not. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new RangeError(`shapes [${a}] and [${b}] do not broadcast`);
    return Math.max(left, right);
  });
}
