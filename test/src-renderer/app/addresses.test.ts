import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparePath, reportPath, reportsIn } from '../../../src-renderer/app/addresses.js';
import { payload } from '../../fixtures/hostile-report.js';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('the address of a report', () => {
  it('is readable for an id of ours, and has the digest where it is known', () => {
    expect(reportPath({ id: '2026-11-24-v2.0' })).toBe('/report/2026-11-24-v2.0');
    expect(reportPath({ id: 'a', digest })).toBe(`/report/a~${digest.slice(7)}`);
    expect(reportsIn('/report/a')).toEqual([{ id: 'a' }]);
  });

  it.each([payload, '../../etc/passwd', 'a/b', '%2F', 'a~b', '!', `x~${digest.slice(7)}`, '#?&', '报告'])(
    'holds any id: %j',
    (id) => {
      for (const report of [{ id }, { id, digest }]) {
        const path = reportPath(report);
        expect(reportsIn(path)).toEqual([report]);
        // Nothing in it for the router to decode.
        expect(decodeURI(path)).toBe(path);
        expect(path.split('/')).toHaveLength(3);
      }
    },
  );

  it('comes back for all strings, and half a character breaks nothing', () => {
    const reports = fc.array(
      fc.record({ id: fc.string({ unit: 'grapheme', minLength: 1 }), digest: fc.constant(digest) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(reports, (some) => {
        expect(reportsIn(comparePath(some))).toEqual(some);
      }),
    );
    expect(reportPath({ id: '\ud800' })).toBe('/report/!EF!BF!BD');
  });

  it('that names none is of none', () => {
    for (const path of ['/report', '/report/', '/history', '/history/compare', '/history/compare/', '/'])
      expect(reportsIn(path)).toEqual([]);
    expect(reportsIn('/report/!zz')).toEqual([{ id: '!zz' }]);
  });
});
