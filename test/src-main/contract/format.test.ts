import { describe, expect, it } from 'vitest';
import {
  formatChange,
  formatCount,
  formatDate,
  formatEnergy,
  formatGiB,
  formatGiBRange,
  formatPercent,
  formatSamplesPerDay,
  formatSeconds,
  secondsColumn,
} from '../../../src-main/contract/format.js';

const GiB = 2 ** 30;

describe('figures for people', () => {
  it.each([
    [0, '0.0 GiB'],
    [71.4 * GiB, '71.4 GiB'],
    [9.996 * GiB, '10.0 GiB'],
    [5.914 * GiB, '5.91 GiB'],
    [0.0791 * GiB, '0.079 GiB'],
    [1133 * GiB, '1,133.0 GiB'],
    [1_234_567.25 * GiB, '1,234,567.3 GiB'],
    // As a double it is below the half.
    [17.45 * GiB, '17.5 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatGiB(bytes)).toBe(text));

  it('ranges have one unit and equal decimals', () => {
    expect(formatGiBRange([69.9 * GiB, 73 * GiB])).toBe('69.9–73.0 GiB');
    expect(formatGiBRange([9.5 * GiB, 10.5 * GiB])).toBe('9.5–10.5 GiB');
  });

  it.each([
    [0, '0 s'],
    [0.00084, '840 µs'],
    [0.0000012345, '1.23 µs'],
    [0.4123, '412 ms'],
    [0.99951, '1.00 s'],
    [10.1, '10.1 s'],
    [59.96, '1 min 0 s'],
    [192.4, '3 min 12 s'],
    [3599.7, '1.0 h'],
    [18_720, '5.2 h'],
    [855_360, '9.9 days'],
  ])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('shares, counts, changes and dates', () => {
    expect([0.013, 0.5, 0.0996].map((share) => formatPercent(share))).toEqual(['1.3 %', '50 %', '10 %']);
    expect([85_000, 2.346, 172_635.4].map(formatCount)).toEqual(['85,000', '2.35', '172,635']);
    expect([-12.2 * GiB, 0, GiB].map((bytes) => formatChange(bytes, formatGiB))).toEqual([
      '−12.2 GiB',
      '0',
      '+1.00 GiB',
    ]);
    expect(formatDate('2026-11-24T09:41:12.000Z')).toBe('24 Nov 2026, 09:41 UTC');
  });

  // 3.6e6 J are 1 kWh: 8 GPUs of 700 W for a day are 134.4 kWh.
  it.each([
    [0, '0 kWh'],
    [42_000, '0.012 kWh'],
    [1_159_200, '0.32 kWh'],
    [3_600_000, '1.00 kWh'],
    [8 * 700 * 86_400, '134 kWh'],
    [4.8076e9, '1,335 kWh'],
  ])('%d joules are %s', (joules, text) => expect(formatEnergy(joules)).toBe(text));

  it('samples a day are whole where they are many', () => {
    expect([62_386.4, 52.17, 1, 0.4].map(formatSamplesPerDay)).toEqual([
      '62,386 samples a day',
      '52.2 samples a day',
      '1 sample a day',
      '0.40 samples a day',
    ]);
  });

  it('a column of seconds has one unit and equal decimals', () => {
    const column = (values: number[]) => [
      secondsColumn(values).unit,
      ...values.map(secondsColumn(values).format),
    ];
    expect(column([0.00184, 0.0985])).toEqual(['ms', '1.84', '98.50']);
    expect(column([0.918, 11])).toEqual(['s', '0.92', '11.00']);
    expect(column([])).toEqual(['ms']);
    expect(column([0, 0.03, 1515.8])).toEqual(['s', '0.0', '< 0.1', '1,515.8']);
    expect([0, 0.0004, 0.0006].map((share) => formatPercent(share, 1))).toEqual([
      '0.0 %',
      '< 0.1 %',
      '0.1 %',
    ]);
  });
});
