import { describe, expect, it } from 'vitest';
import type { Rate } from '../../../src-main/contract/machine.js';
import { formatRate } from '../../../src-main/contract/rate-format.js';
import { rateChecks, withRates } from '../../../src-main/machine/checks/rates.js';
import { h100 } from '../../fixtures/sample-gpus.js';
import { cpuMachine, h100Machine } from '../../fixtures/sample-machines.js';

/** A copy within a device that reaches so much of 1,000 GB/s. */
const copy = (gpu: number, share: number, more: Partial<Rate> = {}): Rate => ({
  id: 'device-copy',
  gpu,
  peer: null,
  unit: 'bytes/s',
  value: share * 1e12,
  achievable: { value: 1e12, source: 'this test' },
  ...more,
});
const none = { unavailable: 'the GPU is busy' };

describe('rates against what is achieved', () => {
  it.each<[string, Rate[], string, string]>([
    [
      'all healthy',
      [copy(0, 0.85), copy(1, 1.02)],
      'pass',
      'Device memory, read and written. GPU 0: 850 GB/s, 85 % of 1,000 GB/s; GPU 1: 1,020 GB/s, 102 % of 1,000 GB/s',
    ],
    [
      'one slow, which alone is named',
      [copy(0, 1), copy(1, 0.84)],
      'look',
      'Device memory, read and written. GPU 1: 840 GB/s, 84 % of 1,000 GB/s',
    ],
    [
      'one not measured',
      [copy(0, 1), copy(1, 1, { value: none })],
      'not-tested',
      'Device memory, read and written. GPU 0: 1,000 GB/s, 100 % of 1,000 GB/s; not measured: GPU 1 (the GPU is busy)',
    ],
    [
      'one slow, one not measured',
      [copy(0, 0.5), copy(1, 1, { value: none })],
      'look',
      'Device memory, read and written. GPU 0: 500 GB/s, 50 % of 1,000 GB/s; not measured: GPU 1 (the GPU is busy)',
    ],
    [
      'many slow, of which the ends are named',
      [copy(0, 0.5), copy(1, 0.4), copy(2, 0.6), copy(3, 0.45), copy(4, 1)],
      'look',
      'Device memory, read and written. 4 GPUs from 400 GB/s (GPU 1) to 600 GB/s (GPU 2), at least 40 % of 1,000 GB/s',
    ],
    [
      'nothing to hold it against',
      [copy(0, 1, { achievable: { unavailable: 'no source' } })],
      'not-tested',
      'Device memory, read and written. GPU 0: 1,000 GB/s; what is achieved is not known: no source',
    ],
  ])('%s', (_, rates, status, text) => {
    expect(rateChecks(rates, [h100(0)])).toMatchObject([{ id: 'rate-device-copy', status, text }]);
  });

  it('are a check for each kind, and name pairs', () => {
    const pair = copy(2, 0.3, { id: 'peer-copy', peer: 5 });
    const product = copy(0, 0.9, { id: 'matrix-product', unit: 'flop/s' });
    const checks = rateChecks([pair, product], [h100(0)]);
    expect(checks.map(({ id, status }) => [id, status])).toEqual([
      ['rate-peer-copy', 'look'],
      ['rate-matrix-product', 'pass'],
    ]);
    expect(checks[0]!.text).toBe('Between two GPUs. GPU 2 to 5: 300 GB/s, 30 % of 1,000 GB/s');
    expect(checks[1]!.text).toContain('0.90 TFLOP/s');
  });

  it('are not tested where none was measured, and no matter where no GPU is', () => {
    expect(rateChecks([], [h100(0)])).toMatchObject([{ id: 'rate-all', status: 'not-tested' }]);
    expect(rateChecks([], [h100(null)])).toEqual([]);
    expect(rateChecks([], cpuMachine().gpus)).toEqual([]);
  });

  it('take the place of the check that they were not measured', () => {
    const before = h100Machine();
    const rates = [copy(0, 1)];
    const after = withRates(before, rates);
    expect(after.rates).toEqual(rates);
    const ids = after.checks.map(({ id }) => id);
    expect(ids).toEqual([
      ...before.checks.map(({ id }) => id).filter((id) => id !== 'rate-all'),
      'rate-device-copy',
    ]);
  });
});

it('says rates in decimal units with three figures', () => {
  expect(formatRate(2.954e12, 'bytes/s')).toBe('2,954 GB/s');
  expect(formatRate(25.14e9, 'bytes/s')).toBe('25.1 GB/s');
  expect(formatRate(6.4e14, 'flop/s')).toBe('640 TFLOP/s');
});
