import { describe, expect, it } from 'vitest';
import { medianInterval } from '../../../../src-main/report/compare/noise.js';

describe('the interval of a median', () => {
  it.each<[number, [number, number] | null]>([
    // Ranks by the binomial distribution: coverage 93.75 % of 5, 92.97 % of 8, 95.9 % of 20 (Hahn and Meeker, table A.16).
    [1, null],
    [4, null],
    [5, [1, 5]],
    [8, [2, 7]],
    [20, [6, 15]],
  ])('of %i samples lies between ranks %j', (count, ranks) => {
    const samples = Array.from({ length: count }, (_, index) => index + 1).toReversed();
    const found = medianInterval(samples);
    if (ranks === null) expect(found).toEqual({ unavailable: expect.stringContaining('too few') });
    else expect(found).toEqual(ranks);
  });

  it('holds the median in 90 % of cases or more, whatever the distribution', () => {
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    // Exponential, whose median is ln 2: as skewed as times of a busy machine.
    const draw = () => -Math.log(1 - random());
    const cases = 4000;
    let held = 0;
    for (let at = 0; at < cases; at += 1) {
      const [low, high] = medianInterval(Array.from({ length: 7 }, draw)) as [number, number];
      if (low <= Math.LN2 && Math.LN2 <= high) held += 1;
    }
    expect(held / cases).toBeGreaterThan(0.9);
  });

  it('ends for as many samples as a file may hold', () => {
    const [low, high] = medianInterval(Array.from({ length: 50_000 }, (_, at) => at % 97)) as [
      number,
      number,
    ];
    expect(low).toBeLessThan(high);
  });
});
