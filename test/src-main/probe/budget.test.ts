import { describe, expect, it } from 'vitest';
import { type Point, type Probe, probeSchema } from '../../../src-main/contract/probe.js';
import { deadlineSeconds, fullTiming, onceTiming, Pace } from '../../../src-main/probe/budget.js';
import { modelledProbe, pointOf } from '../../../src-main/probe/modelled.js';

const point: Point = pointOf(
  {
    model: 'v1.2',
    block: 'spatial',
    task: 'train',
    dtype: 'fp32',
    batch: 1,
    latentFrames: 1,
    rows: 2,
    columns: 2,
    depth: 1,
    checkpoint: false,
    optimizer: false,
  },
  'tiny',
  1,
);
const modelled = modelledProbe(point, '');

function measured(over: Partial<Probe>): Probe {
  return probeSchema.parse({ ...modelled, provider: 'cpu', evidence: 'measured', ...over });
}
const timed = (medianSeconds: number) => ({
  medianSeconds,
  spread: 0,
  samples: [medianSeconds],
  warmups: [],
  secondsByOperatorClass: {},
});

describe('the pace of a device', () => {
  it('is the guess until a probe has told', () => {
    const slow = new Pace(1e9).seconds(point, 1e10, fullTiming);
    expect(slow).toBeGreaterThan(90);
    expect(new Pace(1e11).seconds(point, 1e10, fullTiming)).toBeLessThan(slow / 10);
  });

  it('is learned from the median, and answers for other blocks too until they have their own', () => {
    const pace = new Pace(1);
    pace.learn(measured({ flops: 1e10, time: timed(2), phases: { load: 0.5 } }));
    const expected = pace.seconds(point, 5e10, fullTiming);
    expect(expected).toBeGreaterThan(90);
    expect(expected).toBeLessThan(100);
    expect(pace.seconds({ ...point, block: 'temporal' }, 5e10, fullTiming)).toBeGreaterThan(0.95 * expected);
    pace.learn(
      measured({
        point: { ...point, block: 'temporal' },
        flops: 1e10,
        time: timed(0.2),
        phases: { load: 0.5 },
      }),
    );
    expect(pace.seconds({ ...point, block: 'temporal' }, 5e10, fullTiming)).toBeLessThan(expected / 5);
    expect(pace.seconds(point, 5e10, fullTiming)).toBe(expected);
  });

  it('is learned from a cold run where there is no other', () => {
    const pace = new Pace(1);
    pace.learn(measured({ flops: 1e10, phases: { profile: 4 } }));
    expect(pace.seconds(point, 1e10, onceTiming)).toBeLessThan(10);
  });

  it('is not learned from what failed or was not run', () => {
    const pace = new Pace(1e10);
    const before = pace.seconds(point, 1e10, fullTiming);
    pace.learn(modelled);
    pace.learn(measured({ status: 'crashed', cause: 'x', time: timed(0.001) }));
    expect(pace.seconds(point, 1e10, fullTiming)).toBe(before);
  });

  it('makes one run much cheaper than a full timing', () => {
    const pace = new Pace(1e10);
    expect(pace.seconds(point, 1e11, onceTiming)).toBeLessThan(pace.seconds(point, 1e11, fullTiming) / 4);
  });
});

describe('a deadline', () => {
  it('leaves time over what was expected', () => {
    expect(deadlineSeconds(0)).toBeGreaterThanOrEqual(30);
    expect(deadlineSeconds(100)).toBeGreaterThan(300);
  });

  it('stays what a timer can count, however long the probe: a longer one would fire at once', () => {
    expect(1000 * deadlineSeconds(1e15)).toBeLessThan(2 ** 31);
  });
});
