import { describe, expect, it } from 'vitest';
import { markdownOf, type Row, type Section, scoreOf } from './section.js';

const row = (name: string, error: number | null, more: Partial<Row> = {}): Row => ({
  name,
  published: '10 s',
  predicted: '11 s',
  error,
  inside: true,
  fitted: false,
  scored: true,
  held: true,
  note: '',
  ...more,
});
const section = (rows: Row[], limits: Section['limits']): Section => ({
  title: 'T',
  about: 'A',
  rows,
  limits,
});

describe('scoreOf', () => {
  it('takes the middle of the errors without their signs', () => {
    const odd = section([row('a', -0.3), row('b', 0.1), row('c', 0.2)], {});
    expect(scoreOf(odd)).toMatchObject({ count: 3, median: 0.2, worst: 0.3, misses: [] });
    const even = section([row('a', -0.4), row('b', 0.1), row('c', 0.2), row('d', 0)], {});
    expect(scoreOf(even).median).toBeCloseTo(0.15);
  });

  it('leaves out what is not scored', () => {
    const rows = [row('a', 0.1), row('b', 9, { scored: false, inside: false, held: false })];
    expect(scoreOf(section(rows, { worst: 0.2, inside: 0.9 }))).toMatchObject({
      count: 1,
      worst: 0.1,
      misses: [],
    });
  });

  it('names every limit that is missed', () => {
    const rows = [row('a', 0.5, { inside: false }), row('b', null, { held: false, predicted: 'no-go' })];
    const { misses } = scoreOf(section(rows, { median: 0.1, worst: 0.2, inside: 0.9 }));
    expect(misses).toEqual([
      'median error 50.0 %, more than 10.0 %',
      'worst error 50.0 %, more than 20.0 %',
      '50.0 % inside the interval, less than 90.0 %',
      'b: no-go',
    ]);
  });

  it('takes an error that is no number for a miss', () => {
    expect(scoreOf(section([row('a', Number.NaN)], { worst: 0.2 })).misses).toHaveLength(1);
  });
});

describe('markdownOf', () => {
  it('marks fitted and unscored rows, large errors and truths outside', () => {
    const text = markdownOf(
      section(
        [row('a', 0.125, { fitted: true }), row('b', -0.05, { scored: false, inside: false, note: 'why' })],
        { worst: 0.2 },
      ),
    );
    expect(text).toContain('| a † | 10 s | 11 s | **+12.5 %** |  |');
    expect(text).toContain('| b ‡ | 10 s | 11 s (outside) | −5.0 % | why |');
    expect(text).toContain('1 row scored of 2, median error 12.5 %, worst 12.5 % (limit 20.0 %), all held.');
  });
});
