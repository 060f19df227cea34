import { encode, literalValues, randomNumbers } from './fill.js';
import type { Initializer } from './node.js';
import { byteSize, type ElementType } from './value.js';

/** Random values that are repeated to fill a tensor: enough that no two rows of a matrix are alike. */
const period = 65_537;
/** Tensors start this many bytes apart in the shared ones, so that no two hold the same numbers. */
const stride = 64;
/** Given values of more bytes than this are kept out of the model. */
const inlineBytes = 1024;

/** Bytes that initializers point into instead of being shipped with the model. */
export interface ExternalData {
  path: string;
  data: Uint8Array;
}

/** Where an initializer's bytes lie. */
export interface Placement {
  path: string;
  offset: number;
  length: number;
}

/** Random initializers of one type and scale, which lie in the same bytes. */
interface Group {
  type: ElementType;
  from: (unit: number) => number;
  length: number;
  members: number;
}

/** Which initializers lie outside the model, and a way to make their bytes. */
export interface ExternalPlan {
  placements: ReadonlyMap<Initializer, Placement>;
  /** Makes the bytes; some seconds for the widest blocks. */
  make(): ExternalData[];
}

/**
 * Random contents for all random initializers out of one short block of numbers for each type and scale, which
 * all tensors share at shifted offsets; ONNX Runtime gives each a memory of its own. Finite, and small enough
 * for fp16. Larger given values lie outside too, each in bytes of its own.
 */
export function planExternal(initializers: readonly Initializer[]): ExternalPlan {
  const groups = new Map<string, Group>();
  const tables: { path: string; initializer: Initializer }[] = [];
  const placements = new Map<Initializer, Placement>();
  for (const initializer of initializers) {
    const { value, filling } = initializer;
    const length = byteSize(value.shape, value.type);
    if ('random' in filling) {
      const { random: scale, positive = false } = filling;
      const path = `${value.type}:${positive ? '+' : '±'}${scale}`;
      const from = (unit: number) => scale * (positive ? Math.abs(unit) : unit);
      const group = groups.get(path) ?? { type: value.type, from, length: 0, members: 0 };
      const offset = group.members++ * stride;
      group.length = Math.max(group.length, offset + length);
      groups.set(path, group);
      placements.set(initializer, { path, offset, length });
    } else if (length > inlineBytes) {
      tables.push({ path: value.name, initializer });
      placements.set(initializer, { path: value.name, offset: 0, length });
    }
  }
  const make = () => [
    ...[...groups].map(([path, group]) => ({ path, data: repeated(group) })),
    ...tables.map(({ path, initializer }) => ({
      path,
      data: encode(literalValues(initializer) ?? [], initializer.value.type),
    })),
  ];
  return { placements, make };
}

function repeated({ type, from, length }: Group): Uint8Array {
  const unit = encode(randomNumbers(period, 20241117).map(from), type);
  const data = new Uint8Array(length);
  data.set(unit.subarray(0, Math.min(unit.length, data.length)));
  for (let filled = unit.length; filled < data.length; filled *= 2)
    data.copyWithin(filled, 0, Math.min(filled, data.length - filled));
  return data;
}
