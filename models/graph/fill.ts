import type { Initializer } from './node.js';
import { elements } from './value.js';

/** One fp32 word, to look at a number's bits. */
const word = new Float32Array(1);
const bitsOf = new Uint32Array(word.buffer);

/** bf16 bits of a number: the upper half of its fp32, rounded to nearest even. */
export function toBfloat16(value: number): number {
  word[0] = value;
  const bits = bitsOf[0]!;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** fp16 bits of a number (IEEE 754 binary16), rounded to nearest; beyond its range infinity. */
export function toFloat16(value: number): number {
  word[0] = value;
  const bits = bitsOf[0]!;
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
export function encode(values: ArrayLike<number>, type: Numeric): Uint8Array {
  const bytes = (list: ArrayBufferView) => new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
  switch (type) {
    case 'fp32':
      return bytes(Float32Array.from(values));
    case 'bf16':
      return bytes(converted(values, toBfloat16));
    case 'fp16':
      return bytes(converted(values, toFloat16));
    case 'int64':
      return bytes(BigInt64Array.from(Array.from(values), BigInt));
    case 'int32':
      return bytes(Int32Array.from(values));
  }
}

/** A plain loop: `from` with a function is ten times slower on tables of some million numbers. */
function converted(values: ArrayLike<number>, convert: (value: number) => number): Uint16Array {
  const words = new Uint16Array(values.length);
  for (let index = 0; index < words.length; index++) words[index] = convert(values[index]!);
  return words;
}

/** Numbers of an initializer that is not random; null where it is. */
export function literalValues({ value, filling }: Initializer): ArrayLike<number> | null {
  if ('values' in filling) return filling.values;
  if ('table' in filling) return filling.table();
  if ('fill' in filling) return new Float32Array(elements(value.shape)).fill(filling.fill);
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
