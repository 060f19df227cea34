import { expect, it } from 'vitest';
import { grouped } from '../../../src-renderer/pages/report/grouped.js';

it('shows a text that is replaced in many places once, and texts that are replaced otherwise apart', () => {
  const replaced = [
    { field: 'a', from: 'lab-07', to: 'host-1' },
    { field: 'b', from: 'alice', to: 'user-1' },
    { field: 'c', from: 'lab-07', to: 'host-1' },
    { field: 'd', from: 'lab-07', to: 'host-2' },
  ];
  expect(grouped(replaced).map(({ field, count }) => [field, count])).toEqual([
    ['a', 2],
    ['b', 1],
    ['d', 1],
  ]);
});
