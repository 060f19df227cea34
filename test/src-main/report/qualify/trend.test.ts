import { describe, expect, it } from 'vitest';
import type { Report } from '../../../../src-main/contract/report.js';
import { trendOf } from '../../../../src-main/report/qualify/trend.js';
import { labReport, scaled } from '../../../fixtures/lab-reports.js';

/** Runs of one machine on days in a row, each at a speed. */
const runs = (speeds: readonly number[], hostname = 'lab-01') =>
  speeds.map((speed, day) => {
    const createdAt = `2026-10-${String(day + 1).padStart(2, '0')}T06:00:00.000Z`;
    return scaled(labReport({ id: `day-${day}`, createdAt }, hostname), { speed });
  });
const quiet = [1, 1.001, 0.999, 1.002, 0.998, 1];
const noisy = [1, 1.05, 0.95, 1.08, 0.93, 1.02];
const now = (speed: number, memory = 1) => scaled(labReport({ id: 'now' }), { speed, memory });
const flags = (report: Report, earlier: readonly Report[]) => {
  const trend = trendOf(report, earlier);
  if ('unavailable' in trend) return trend.unavailable;
  return trend.filter(({ flagged }) => flagged).map(({ metric }) => metric);
};

describe('a trend', () => {
  it('flags a change that exceeds its own noise, either way', () => {
    expect(flags(now(0.97), runs(quiet))).toEqual(Array(4).fill('throughput'));
    expect(flags(now(1.03), runs(quiet))).toEqual(Array(4).fill('throughput'));
    expect(flags(now(1, 1.03), runs(quiet))).toEqual(Array(4).fill('memory'));
  });

  it('flags nothing within its noise, nor what is too small to matter', () => {
    expect(flags(now(0.9), runs(noisy))).toEqual([]);
    expect(flags(now(0.985), runs(quiet))).toEqual([]);
    expect(flags(now(0.7), runs(noisy))).toEqual(Array(4).fill('throughput'));
  });

  it('is not moved by one bad day', () => {
    expect(flags(now(0.97), runs([...quiet, 0.4]))).toEqual(Array(4).fill('throughput'));
  });

  it('counts a measurement once, however often its folder was gone on with', () => {
    const again = runs(Array(6).fill(1));
    expect(flags(now(0.9), [...runs(quiet), ...again])).toEqual(Array(4).fill('throughput'));
    expect(flags(now(0.9), again)).toEqual([]);
    expect(trendOf(now(1), again)).toEqual([]);
  });

  it('needs five earlier runs of the same machine, complete and older', () => {
    expect(flags(now(0.9), runs(quiet.slice(0, 4)))).toMatch(/^4 earlier runs .* needs 5/);
    expect(flags(now(0.9), runs(quiet, 'lab-02'))).toMatch(/^0 earlier runs/);
    const after = runs(quiet).map((run) => ({ ...run, createdAt: '2027-01-01T00:00:00.000Z' }));
    expect(flags(now(0.9), after)).toMatch(/^0 /);
    const redacted = runs(quiet).map((run) => ({ ...run, redacted: true }));
    expect(flags(now(0.9), redacted)).toMatch(/^0 /);
    expect(flags({ ...now(0.9), redacted: true }, runs(quiet))).toMatch(/redacted/);
    const edited = runs(quiet).map((run) => ({ ...run, integrity: 'edited' as const }));
    expect(flags(now(0.9), edited)).toMatch(/^0 /);
    const cancelled = runs(quiet).map((run) => ({ ...run, state: 'cancelled' as const }));
    expect(flags(now(0.9), cancelled)).toMatch(/^0 /);
  });
});
