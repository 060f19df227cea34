import { describe, expect, it } from 'vitest';
import { planExternal } from '../../../models/graph/external-data.js';
import { encode, randomNumbers, toBfloat16, toFloat16 } from '../../../models/graph/fill.js';
import { Graph } from '../../../models/graph/graph.js';
import type { Filling } from '../../../models/graph/node.js';
import type { ElementType } from '../../../models/graph/value.js';

/** The number that 16 bits stand for: a sign, `exponentBits` of exponent, the rest mantissa. */
function decode(bits: number, exponentBits: number): number {
  const mantissaBits = 15 - exponentBits;
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> mantissaBits) & (2 ** exponentBits - 1);
  const fraction = (bits & (2 ** mantissaBits - 1)) / 2 ** mantissaBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

const bf16 = (bits: number) => decode(bits, 8);
const fp16 = (bits: number) => decode(bits, 5);
const allBits = Array.from({ length: 0x10000 }, (_, bits) => bits);

describe('fp16', () => {
  it('gives every one of its numbers back', () => {
    const lost = allBits.filter((bits) => !Number.isNaN(fp16(bits)) && toFloat16(fp16(bits)) !== bits);
    expect(lost).toEqual([]);
  });

  it('rounds to the nearest', () => {
    const numbers = [1, 1e-3, 3e-5, 1e-7, 6e4].flatMap((scale) =>
      Array.from(randomNumbers(2000, 3), (number) => Math.fround(number * scale)),
    );
    const off = (bits: number, number: number) => Math.abs(fp16(bits) - number);
    const farther = numbers.filter((number) => {
      const bits = toFloat16(number);
      return [bits - 1, bits + 1].some((other) => off(other, number) < off(bits, number));
    });
    expect(farther).toEqual([]);
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [1e9, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -26, 0x0000],
    [-0, 0x8000],
    [1 + 3 * 2 ** -11, 0x3c02],
    // Mantissa all ones: carries into the exponent.
    [1.99999, 0x4000],
    [2 ** -14 - 2 ** -26, 0x0400],
  ])('%s is 0x%s', (number, bits) => expect(toFloat16(number)).toBe(bits));

  it('keeps what is not a number', () => expect(fp16(toFloat16(Number.NaN))).toBeNaN());
});

describe('bf16', () => {
  it('gives every one of its numbers back', () => {
    const lost = allBits.filter((bits) => !Number.isNaN(bf16(bits)) && toBfloat16(bf16(bits)) !== bits);
    expect(lost).toEqual([]);
  });

  it.each([
    [1, 0x3f80],
    [-2, 0xc000],
    // Half way between two: to the even one.
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [1.9999, 0x4000],
    [3.4e38, 0x7f80],
    [Number.POSITIVE_INFINITY, 0x7f80],
    [Number.NEGATIVE_INFINITY, 0xff80],
    [2 ** -133, 0x0001],
    [-0, 0x8000],
  ])('%s is 0x%s', (number, bits) => expect(toBfloat16(number)).toBe(bits));

  it('keeps what is not a number', () => expect(bf16(toBfloat16(Number.NaN))).toBeNaN());
});

describe('encoding', () => {
  it.each<[ElementType, number[], number[]]>([
    ['fp32', [1, -2], [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]],
    ['bf16', [1, -2], [0x80, 0x3f, 0, 0xc0]],
    ['fp16', [1, -2], [0, 0x3c, 0, 0xc0]],
    ['int32', [1, -2], [1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]],
    ['int64', [1, -2], [1, 0, 0, 0, 0, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('%s is little-endian', (type, values, bytes) => expect([...encode(values, type)]).toEqual(bytes));
});

describe('random data', () => {
  it('is the same each time, spread over ± 1', () => {
    const numbers = randomNumbers(20_000, 7);
    expect(numbers.join()).toBe(randomNumbers(20_000, 7).join());
    expect(numbers.join()).not.toBe(randomNumbers(20_000, 8).join());
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + number ** 2, 0) / numbers.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(0.01);
    expect(numbers.every((number) => Math.abs(number) <= 1)).toBe(true);
  });

  const fillings: Filling[] = [{ random: 1.7 }, { random: 0.03 }, { random: 1e-4, positive: true }];
  const place = (type: 'fp32' | 'bf16' | 'fp16') => {
    const graph = new Graph(type);
    for (const filling of fillings)
      for (const shape of [[100, 90], [7], [2, 3]])
        graph.initializer('x', shape, type, 'activation', filling);
    const { placements, make } = planExternal(graph.initializers);
    const external = new Map(make().map(({ path, data }) => [path, data]));
    return [...placements].map(([initializer, { path, offset, length }]) => ({
      initializer,
      bytes: external.get(path)!.slice(offset, offset + length),
      length,
    }));
  };

  it.each([
    ['fp32', (data: DataView, at: number) => data.getFloat32(4 * at, true), 4],
    ['bf16', (data: DataView, at: number) => bf16(data.getUint16(2 * at, true)), 2],
    ['fp16', (data: DataView, at: number) => fp16(data.getUint16(2 * at, true)), 2],
  ] as const)('fills tensors in %s: finite, in scale, no two alike', (type, read, size) => {
    const placed = place(type);
    expect(placed).toHaveLength(9);
    for (const { initializer, bytes, length } of placed) {
      expect(bytes).toHaveLength(length);
      const { random, positive } = initializer.filling as { random: number; positive?: boolean };
      const view = new DataView(bytes.buffer);
      const count = bytes.length / size;
      let lowest = Number.POSITIVE_INFINITY;
      let highest = Number.NEGATIVE_INFINITY;
      let zeros = 0;
      for (let index = 0; index < count; index++) {
        const number = read(view, index);
        if (number === 0) zeros++;
        // NaN would pass through min and max, and fail the comparisons below.
        lowest = Math.min(lowest, number);
        highest = Math.max(highest, number);
      }
      expect(highest).toBeLessThanOrEqual(random * 1.005);
      expect(lowest).toBeGreaterThanOrEqual(positive ? 0 : -random * 1.005);
      if (count > 1000) {
        expect(highest).toBeGreaterThan(random * 0.98);
        expect(zeros / count).toBeLessThan(0.01);
      }
    }
    const heads = placed.map(({ bytes }) => bytes.slice(0, 6 * size).join());
    expect(new Set(heads).size).toBe(heads.length);
    const again = place(type);
    expect(placed.every(({ bytes }, index) => Buffer.compare(bytes, again[index]!.bytes) === 0)).toBe(true);
  });

  it('is shared, not shipped: no longer than the largest tensor and the offsets', () => {
    const graph = new Graph('fp32');
    for (let index = 0; index < 20; index++)
      graph.initializer('x', [100, 100], 'fp32', 'activation', { random: 1 });
    const [only, ...more] = planExternal(graph.initializers).make();
    expect(more).toEqual([]);
    expect(only!.data.length).toBeLessThan(4 * 100 * 100 + 20 * 256);
  });
});
