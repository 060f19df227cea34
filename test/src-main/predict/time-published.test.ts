import { describe, expect, it } from 'vitest';
import { judgedTimes } from './published-times.js';

const rows = judgedTimes();
const scored = rows.filter((row) => row.scored);

/** Errors without their signs, in order, of rows whose id begins so. */
function errorsOf(of: 'run' | 'step', begin: string): number[] {
  return scored
    .filter((row) => row.of === of && row.id.startsWith(begin))
    .map(({ error }) => Math.abs(error))
    .toSorted((a, b) => a - b);
}

const middle = (sorted: number[]) => sorted[Math.floor(sorted.length / 2)]!;

describe('published times', () => {
  it('of inference are met within 15 % at the median and 30 % at the worst', () => {
    const errors = errorsOf('run', 'v');
    // 15 of v1.2, of which two contradict each other, and two of v2.0.
    expect(errors).toHaveLength(15);
    expect(middle(errors)).toBeLessThanOrEqual(0.15);
    expect(errors.at(-1)).toBeLessThanOrEqual(0.3);
  });

  it('of v2.0 are met within 15 %, its 256px without a fit', () => {
    expect(errorsOf('run', 'v2.0').at(-1)).toBeLessThanOrEqual(0.15);
  });

  it('of a training step at one fixed shape are met within 30 % at the median', () => {
    const errors = errorsOf('step', 'v1.2');
    expect(errors).toHaveLength(17);
    expect(middle(errors)).toBeLessThanOrEqual(0.3);
    expect(errors.at(-1)).toBeLessThanOrEqual(0.4);
  });

  it('lie inside the interval nine times in ten', () => {
    expect(scored.filter(({ inside }) => inside).length / scored.length).toBeGreaterThanOrEqual(0.9);
  });

  it('that do not count say why, and nothing that was fitted on is left out', () => {
    for (const row of rows.filter((row) => !row.scored)) {
      expect(row.why, row.id).not.toBe('');
      expect(row.fitted, row.id).toBe(false);
    }
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });
});
