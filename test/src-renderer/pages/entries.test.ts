import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../../src-main/contract/history.js';
import { entryOf } from '../../../src-main/report/history/entry.js';
import { found, inOrder } from '../../../src-renderer/pages/history/entries.js';
import { goReport, noGoReport } from '../../fixtures/reports.js';

const entry = (id: string, change: Partial<HistoryEntry>): HistoryEntry => ({
  ...entryOf(goReport()),
  id,
  ...change,
});

const all = [
  entry('b', { createdAt: '2026-11-24T10:00:00.000Z', run: 'v1.2 train, 1080p, 51 frames, batch 1' }),
  entry('c', { createdAt: '2026-11-25T10:00:00.000Z', run: 'v1.2 train, 144p, 51 frames, batch 4' }),
  entry('a', { createdAt: '2026-11-23T10:00:00.000Z', run: 'v1.2 train, 144p, 51 frames, batch 4' }),
];
const ids = (entries: readonly HistoryEntry[]) => entries.map(({ id }) => id).join('');

describe('the list of the history', () => {
  it('is ordered by any column, numbers as numbers, and the newest first among equals', () => {
    expect(ids(inOrder(all, { by: 'made', ascending: false }))).toBe('cba');
    expect(ids(inOrder(all, { by: 'made', ascending: true }))).toBe('abc');
    expect(ids(inOrder(all, { by: 'run', ascending: true }))).toBe('cab');
    expect(ids(inOrder(all, { by: 'run', ascending: false }))).toBe('bca');
  });

  it('is searched by every word, in any case; none finds all', () => {
    const both = [entryOf(goReport()), entryOf(noGoReport())];
    expect(found(both, '  ')).toBe(both);
    expect(found(both, 'no-go').map(({ verdict }) => verdict)).toEqual(['no-go']);
    expect(found(both, `NO-GO ${both[1]!.hostname.toUpperCase()}`)).toHaveLength(1);
    expect(found(both, 'no-go nowhere')).toEqual([]);
  });
});
