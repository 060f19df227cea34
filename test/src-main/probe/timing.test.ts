import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fullTiming } from '../../../src-main/probe/budget.js';
import { median, medianDeviation } from '../../../src-main/probe/statistics.js';
import { timeRuns } from '../../../src-main/probe/worker/timing.js';

describe('statistics', () => {
  it('take the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('are not moved by one slow run', () => {
    expect(medianDeviation([1, 1.1, 0.9, 1, 50])).toBeCloseTo(0.1);
    expect(medianDeviation([2, 2, 2])).toBe(0);
  });

  it('leave what they were given as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('timing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Runs that take these seconds, the last one again and again. */
  function runsOf(...seconds: number[]) {
    let count = 0;
    return async () => {
      vi.advanceTimersByTime(1000 * seconds[Math.min(count, seconds.length - 1)]!);
      count += 1;
    };
  }
  const time = (...seconds: number[]) => timeRuns(runsOf(...seconds), fullTiming, () => {});

  it('warms up until two runs agree within 5 %', async () => {
    const found = await time(4, 2.2, 2, 1.99, 2);
    expect(found.warmups.map((value) => value.toFixed(2))).toEqual(['4.00', '2.20', '2.00', '1.99']);
    expect(found.samples).toHaveLength(5);
    expect(found.medianSeconds).toBeCloseTo(2);
  });

  it('gives up warming where they never agree', async () => {
    const found = await time(1, 2, 1, 2, 1, 2, 1, 2, 1);
    expect(found.warmups).toHaveLength(fullTiming.maxWarmups);
    expect(found.samples).toHaveLength(5);
  });

  it('takes a run that got slower as no agreement either', async () => {
    expect((await time(1, 2, 2.01)).warmups).toHaveLength(3);
  });

  it('takes at least five samples of a slow block, and more of a fast one, but no more than 50', async () => {
    expect((await time(30)).samples).toHaveLength(5);
    expect((await time(0.05)).samples.length).toBeGreaterThan(10);
    expect((await time(0.001)).samples).toHaveLength(50);
  });

  it('keeps every sample, and shows their spread', async () => {
    const { samples, spread, medianSeconds } = await time(10, 10, 10, 11, 9, 10, 30);
    expect(samples).toHaveLength(5);
    expect(Math.max(...samples)).toBeCloseTo(30);
    expect(medianSeconds).toBeCloseTo(10);
    expect(spread).toBeCloseTo(0.1);
  });

  it('says how long the warm-up was, before the samples', async () => {
    const told: number[] = [];
    await timeRuns(runsOf(3, 2, 2, 5), fullTiming, (seconds) => told.push(seconds));
    expect(told).toEqual([7]);
  });
});
