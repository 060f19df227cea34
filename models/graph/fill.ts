import type { Initializer } from './graph.js';
import { elements } from './value.js';

/** bf16 bits of a number: the upper half of its fp32, rounded to nearest even. */
export function toBfloat16(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0]!;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** fp16 bits of a number (IEEE 754 binary16), rounded to nearest; beyond its range infinity. */
export function toFloat16(value: number): number {
  const bits = new Uint32Array(new Float32Array([value]).buffer)[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const mantissa = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (Number.isNaN(value) ? 0x200 : 0);
  if (exponent <= 0) {
    if (exponent < -10) return sign;
    const shift = 14 - exponent;
    return sign | (((mantissa | 0x800000) + (1 << (shift - 1))) >> shift);
  }
  return sign | (((exponent << 23) + mantissa + 0x1000) >>> 13);
}

type Numeric = Initializer['value']['type'];

/** Raw little-endian bytes of numbers in an element type. */
export function encode(values: readonly number[], type: Numeric): Uint8Array {
  const bytes = (list: ArrayBufferView) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
  switch (type) {
    case 'fp32':
      return bytes(Float32Array.from(values));
    case 'bf16':
      return bytes(Uint16Array.from(values, toBfloat16));
    case 'fp16':
      return bytes(Uint16Array.from(values, toFloat16));
    case 'int64':
      return bytes(BigInt64Array.from(values, BigInt));
    case 'int32':
      return bytes(Int32Array.from(values));
  }
}

/** Numbers of an initializer that is not random. */
export function literalValues({ value, filling }: Initializer): readonly number[] | null {
  if ('values' in filling) return filling.values;
  if ('fill' in filling) return new Array<number>(elements(value.shape)).fill(filling.fill);
  return null;
}

/** Deterministic random numbers in ± 1 (mulberry32): a run is the same on every machine. */
export function randomNumbers(count: number, seed: number): Float32Array {
  const numbers = new Float32Array(count);
  let state = seed >>> 0;
  for (let index = 0; index < count; index++) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    numbers[index] = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  }
  return numbers;
}
