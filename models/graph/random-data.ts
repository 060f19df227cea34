import { encode, randomNumbers } from './fill.js';
import type { Initializer } from './graph.js';
import { byteSize, type ElementType } from './value.js';

/** Random values that are repeated to fill a tensor: enough that no two rows of a matrix are alike. */
const period = 65_537;
/** Tensors start this far apart in the shared bytes, so that no two hold the same numbers. */
const stride = 64;

/** Bytes that initializers point into instead of being shipped with the model. */
export interface ExternalData {
  path: string;
  data: Uint8Array;
}

/** Where a random initializer's bytes lie. */
export interface Placement {
  path: string;
  offset: number;
  length: number;
}

/**
 * Random contents for all random initializers out of one short block of bytes for each type and scale, which
 * all tensors share at shifted offsets; ONNX Runtime gives each a memory of its own. Finite, and small enough
 * for fp16.
 */
export function placeRandom(initializers: readonly Initializer[]): {
  external: ExternalData[];
  placements: Map<Initializer, Placement>;
} {
  const groups = new Map<string, { type: ElementType; from: (unit: number) => number; members: Initializer[] }>();
  for (const initializer of initializers) {
    if (!('random' in initializer.filling)) continue;
    const { type } = initializer.value;
    const { random: scale, positive = false } = initializer.filling;
    const key = `${type}:${positive ? '+' : '±'}${scale}`;
    const from = (unit: number) => scale * (positive ? Math.abs(unit) : unit);
    const group = groups.get(key) ?? { type, from, members: [] };
    group.members.push(initializer);
    groups.set(key, group);
  }
  const external: ExternalData[] = [];
  const placements = new Map<Initializer, Placement>();
  for (const [path, { type, from, members }] of groups) {
    let end = 0;
    members.forEach((member, index) => {
      const length = byteSize(member.value.shape, type);
      const offset = index * stride;
      placements.set(member, { path, offset, length });
      end = Math.max(end, offset + length);
    });
    external.push({ path, data: repeated(type, from, end) });
  }
  return { external, placements };
}

function repeated(type: ElementType, from: (unit: number) => number, length: number): Uint8Array {
  const unit = encode(
    Array.from(randomNumbers(period, 20241117), from),
    type,
  );
  const data = new Uint8Array(Math.max(length, 1));
  data.set(unit.subarray(0, Math.min(unit.length, data.length)));
  for (let filled = unit.length; filled < data.length; filled *= 2)
    data.copyWithin(filled, 0, Math.min(filled, data.length - filled));
  return data;
}
