import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Lesson } from '../../../src-main/contract/lesson.js';
import { type Prediction, predictionSchema } from '../../../src-main/contract/report.js';
import { corrected } from '../../../src-main/predict/lessons.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { ownProbes } from '../decide/decide-input.js';
import { linearAnalysis } from './linear-analysis.js';

const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 });
const of = { model: 'v1.2', task: 'train', dtype: 'bf16' } as const;
let second = 0;

function lesson(more: Partial<Lesson> = {}): Lesson {
  return {
    ...of,
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, ++second)).toISOString(),
    reportId: `report-${second}`,
    hostname: 'lab',
    device: 'GPU',
    rehearsedIn: 'onnx-runtime',
    peakRatio: 1,
    secondsRatio: 1,
    doubtShare: 1,
    ...more,
  };
}

/** Probes of half the batch: the block under way is scaled from them. */
function predicted(lessons: Lesson[], probes = ownProbes(2)): Prediction {
  const { prediction } = predict(
    target,
    probes,
    linearAnalysis,
    { of: 'measured-device', gpu: undefined },
    lessons,
  );
  expect(predictionSchema.parse(prediction)).toEqual(prediction);
  const parts = prediction.parts.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(parts).toBe(prediction.peakBytesPerGpu);
  const step = prediction.timeParts.reduce((sum, { seconds }) => sum + seconds, 0);
  expect(step).toBeCloseTo(prediction.secondsPerStep as number, 12);
  return prediction;
}

const backward = ({ phases }: Prediction) => phases.find(({ id }) => id === 'backward')!;
const block = (prediction: Prediction) =>
  backward(prediction).parts.find(({ id }) => id === 'block-under-way')!;
const peak = ({ interval }: Prediction) => interval.peakBytes;
const seconds = ({ interval }: Prediction) => interval.secondsPerStep as [number, number];
const width = ([low, high]: [number, number]) => high - low;

describe('what a rehearsal in ONNX Runtime taught', () => {
  it('corrects and narrows the block that was scaled, and the seconds of the blocks', () => {
    const before = predicted([]);
    // By a hundredth of its own size, so that it stays within its range.
    const ratio = 1 + (0.01 * block(before).bytes) / backward(before).bytes;
    const after = predicted([lesson({ peakRatio: ratio, secondsRatio: 1.2 })]);
    expect(block(after).bytes).toBe(Math.round(block(before).bytes * 1.01));
    expect(block(after).note).toMatch(
      /; corrected by a rehearsal of this machine, which took × 1\.00\d of what was expected, within 3 %$/,
    );
    // Of the block ±15 % before, and ±3 % of the corrected figure after.
    const bytes = block(before).bytes;
    expect(width(backward(before).range) - width(backward(after).range)).toBeCloseTo(
      0.3 * bytes - 0.06 * 1.01 * bytes,
      -1,
    );
    expect(after.secondsPerStep).toBeCloseTo(1.2 * (before.secondsPerStep as number), 12);
    expect(seconds(after)[0]).toBeCloseTo(1.2 * 0.85 * (before.secondsPerStep as number), 12);
    expect(seconds(after)[1]).toBeCloseTo(1.2 * 1.15 * (before.secondsPerStep as number), 12);
    expect(after.timeParts[0]?.note).toMatch(
      /corrected by a rehearsal of this machine, which took × 1\.200 of/,
    );
    expect(after.lessons).toMatchObject([
      {
        rehearsedIn: 'onnx-runtime',
        quantity: 'block',
        ratio,
        spread: 0.03,
        lessons: 1,
        widened: false,
      },
      { rehearsedIn: 'onnx-runtime', quantity: 'seconds', ratio: 1.2, widened: false },
    ]);
  });

  it('says nothing of saved activations, nor of a block that was measured at its own shape', () => {
    const [before, after] = [predicted([]), predicted([lesson({ peakRatio: 1.1 })])];
    const others = (of: Prediction) => backward(of).parts.filter(({ id }) => id !== 'block-under-way');
    expect(others(after)).toEqual(others(before));
    const own = [predicted([], ownProbes()), predicted([lesson({ peakRatio: 1.1 })], ownProbes())] as const;
    expect(own[1].phases).toEqual(own[0].phases);
    expect(own[1].lessons.map(({ quantity }) => quantity)).toEqual(['seconds']);
  });

  it('is of its own model, task and type alone', () => {
    const before = predicted([]);
    for (const other of [{ model: 'v1.1' }, { task: 'infer' }, { dtype: 'fp32' }] as const)
      expect(predicted([lesson({ ...other, peakRatio: 1.1, secondsRatio: 2 })])).toEqual(before);
  });

  it('widens an interval that it lies outside of, and says so', () => {
    const before = predicted([]);
    const after = predicted([lesson({ peakRatio: 1.6, secondsRatio: 3 })]);
    expect(backward(after).range[0]).toBe(backward(before).range[0]);
    expect(backward(after).range[1]).toBeGreaterThan(backward(before).range[1]);
    expect(block(after).note).toMatch(/, which lies outside what was predicted without it$/);
    expect(after.lessons.map(({ widened }) => widened)).toEqual([true, true]);
  });

  it('is taken at the median, as far as the lessons lie apart', () => {
    const after = predicted([1.0, 1.08, 1.1].map((peakRatio) => lesson({ peakRatio })));
    expect(after.lessons[0]).toMatchObject({ ratio: 1.08, lessons: 3 });
    expect(after.lessons[0]?.spread).toBeCloseTo(0.08, 12);
  });
});

describe('what Open-Sora’s own steps taught', () => {
  it('narrows the whole peak around what it took, which stays the sum of its parts', () => {
    const before = predicted([]);
    const after = predicted([lesson({ rehearsedIn: 'open-sora', peakRatio: 1.02, secondsRatio: 1.1 })]);
    expect(after.peakBytesPerGpu).toBe(before.peakBytesPerGpu);
    expect(peak(after)[1]).toBe(Math.min(peak(before)[1], Math.ceil(before.peakBytesPerGpu * 1.02 * 1.03)));
    expect(peak(after)[0]).toBeGreaterThan(peak(before)[0]);
    expect(after.secondsPerStep).toBeCloseTo(1.1 * (before.secondsPerStep as number), 12);
  });

  it('is of more worth for the seconds than ONNX Runtime’s', () => {
    const both = [lesson({ secondsRatio: 0.9 }), lesson({ rehearsedIn: 'open-sora', secondsRatio: 1.1 })];
    expect(predicted(both).lessons.find(({ quantity }) => quantity === 'seconds')?.ratio).toBe(1.1);
  });
});

describe('a rehearsal of something else', () => {
  it('narrows no block that had a greater share of its peak, and still widens where it took more than could be', () => {
    const before = predicted([]);
    const share = block(before).bytes / backward(before).bytes;
    const small = (peakRatio: number) => predicted([lesson({ peakRatio, doubtShare: 0.5 * share })]);
    expect(small(1).phases).toEqual(before.phases);
    expect(predicted([lesson({ doubtShare: undefined })]).phases).toEqual(before.phases);
    expect(backward(predicted([lesson({ doubtShare: share })])).range[1]).toBeLessThan(
      backward(before).range[1],
    );
    expect(backward(small(1.6)).range[1]).toBeGreaterThan(backward(before).range[1]);
  });

  it('narrows no peak that was in more doubt, by Open-Sora’s own steps', () => {
    const before = predicted([]);
    // What all phases' parts are wide, and the block where nothing was probed: more than its interval, less than twice that.
    const doubt = (2 * width(peak(before))) / before.peakBytesPerGpu;
    const narrowed = (doubtShare: number) =>
      predicted([lesson({ rehearsedIn: 'open-sora', peakRatio: 1.02, doubtShare })]);
    expect(narrowed(0.25 * doubt).interval.peakBytes).toEqual(before.interval.peakBytes);
    // Both ends of this small run are within 3 % of its peak already.
    expect(peak(narrowed(doubt))[0]).toBeGreaterThan(peak(before)[0]);
  });
});

it('no lesson takes the top of a peak below what was predicted without it, nor one of less doubt at all', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const each = fc.record({ peakRatio: fc.double({ min: 0.2, max: 5, noNaN: true }), doubtShare: share });
  fc.assert(
    fc.property(
      fc.array(each, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.04, max: 0.9, noNaN: true }),
      fc.double({ min: 1000, max: 1e5, noNaN: true }),
      (all, half, whole) => {
        const high = 1000 * (1 + half);
        const doubt = 1000 / whole;
        const lessons = all.map((more) => lesson(more));
        const found = corrected(
          1000,
          whole,
          [1000 * (1 - half), high],
          lessons,
          of,
          'onnx-runtime',
          'block',
          doubt,
        );
        const top = found?.range[1] ?? high;
        expect(top).toBeGreaterThanOrEqual(Math.min(high, 1030));
        if (all.every(({ doubtShare }) => doubtShare < 0.9 * doubt)) expect(top).toBeGreaterThanOrEqual(high);
      },
    ),
  );
});

it('a correction is never wider than before, unless it lies outside', () => {
  const ratio = fc.double({ min: 0.2, max: 5, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(ratio, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      fc.double({ min: 1000, max: 1e5, noNaN: true }),
      (ratios, half, whole) => {
        const range = [1000 * (1 - half), 1000 * (1 + half)] as const;
        const lessons = ratios.map((peakRatio) => lesson({ peakRatio }));
        const found = corrected(1000, whole, range, lessons, of, 'onnx-runtime', 'block', 1)!;
        const [low, high] = found.range;
        expect(low).toBeLessThanOrEqual(found.figure);
        expect(high).toBeGreaterThanOrEqual(found.figure);
        const inside = found.figure >= range[0] && found.figure <= range[1];
        expect(found.taught.widened).toBe(!inside);
        if (inside) expect([low >= range[0], high <= range[1]]).toEqual([true, true]);
        else expect([low <= range[0], high >= range[1]]).toEqual([true, true]);
      },
    ),
  );
});
