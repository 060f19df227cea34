import { expect, it } from 'vitest';
import { columnLines, hanging, wrap } from '../../../src-main/report/text-layout.js';

it.each([0, -40, 1])('ends, and loses nothing, where lines have a width of %i', (width) => {
  // 漢 takes two cells, which is more than one.
  expect(wrap('ab 漢', width).join('')).toBe('ab漢');
});

it('ends where a label is wider than the line', () => {
  const lines = hanging('-'.repeat(100), 'some text', 80);
  expect(lines.map((line) => line.replace(/^[- ]+/, '')).join('')).toBe('sometext');
});

it.each([
  [12, ['   a   b   c']],
  [11, ['   a   b', '   c']],
  [4, ['   a', '   b', '   c']],
  [2, [' a', ' b', ' c']],
])('puts columns on as many lines as %i cells make of them', (width, lines) => {
  expect(columnLines(['a', 'b', 'c'], [4, 4, 4], width)).toEqual(lines);
});
