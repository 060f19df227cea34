import { expect, it } from 'vitest';
import { benchTable, outcome } from '../../scripts/lib/bench-table.mjs';

const bench = { id: 'overhead', title: 'Overhead of a probe', limit: 300, unit: 'ms' };
const ratio = { id: 'bare', title: 'Probe over bare script', limit: 1.02, unit: '×' };

it('passes at the limit, and never on something that is no number', () => {
  expect(outcome(bench, { value: 300, detail: '' })).toBe('pass');
  expect(outcome(bench, { value: 300.1, detail: '' })).toBe('miss');
  expect(outcome(bench, { value: Number.NaN, detail: '' })).toBe('miss');
  expect(outcome(bench, { skipped: 'no torch' })).toBe('skipped');
  expect(outcome(bench, { error: 'broke' })).toBe('error');
});

it('prints a line a bench, with its limit and why it was skipped', () => {
  const table = benchTable([
    { bench, result: { value: 212.4, detail: 'five probes' } },
    { bench: ratio, result: { skipped: 'no torch here' } },
  ]);
  const [, , first, second] = table.split('\n');
  expect(first).toMatch(/^overhead +Overhead of a probe +212 ms +≤ 300 ms +pass +five probes$/);
  expect(second).toMatch(/^bare +Probe over bare script +– +≤ 1\.020 × +skipped +no torch here$/);
});
