import { describe, expect, it } from 'vitest';
import { baselineSchema } from '../../../../src-main/contract/baseline.js';
import type { Report } from '../../../../src-main/contract/report.js';
import { UsageError } from '../../../../src-main/contract/usage-error.js';
import { makeBaseline } from '../../../../src-main/report/qualify/make-baseline.js';
import { cancelledReport, dryRunReport } from '../../../fixtures/dry-run-reports.js';
import { labReport, scaled, withCheck } from '../../../fixtures/lab-reports.js';
import { probe } from '../../../fixtures/probes.js';

const named = (...reports: Report[]) => reports.map((report, index) => ({ name: `${index}.json`, report }));

describe('a baseline', () => {
  it('holds the median and the spread of each figure over its reports', () => {
    const [a, b, c] = [labReport(), labReport({}, 'lab-02'), labReport({}, 'lab-03')];
    const made = makeBaseline(named(a, scaled(b, { speed: 1.1, memory: 1.02 }), scaled(c, { speed: 1.02 })));
    expect(baselineSchema.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    const own = Number(a.probes[0]!.tokensPerSecond);
    const { tokensPerSecond, memory } = made.points[0]!;
    if ('unavailable' in tokensPerSecond || 'unavailable' in memory) throw new Error('both are known');
    expect(tokensPerSecond.median / own).toBeCloseTo(1.02, 9);
    expect(tokensPerSecond.spread).toBeCloseTo(0.08 / 1.02, 9);
    expect(memory).toMatchObject({ kind: 'device', median: memory.values[0] });
    expect(memory.spread).toBeCloseTo(0.02, 6);
    expect(made.reports.map(({ hostname }) => hostname)).toEqual(['lab-01', 'lab-02', 'lab-03']);
  });

  it('of one report takes the spread from its own samples, and has none of memory', () => {
    const made = makeBaseline(named(labReport()));
    // The fixture's samples are 0.996 to 1.012 of their median's 1.001.
    expect(made.points[0]!.tokensPerSecond).toMatchObject({ spread: expect.closeTo(0.011 / 1.001, 9) });
    expect(made.points[0]!.memory).toMatchObject({ spread: { unavailable: expect.any(String) } });
  });

  it('leaves out what not every report measured, and says so', () => {
    const report = labReport();
    const more = probe({ block: 'double', batch: 4, frames: 129 });
    const made = makeBaseline(
      named({ ...report, probes: [...report.probes, more] }, labReport({}, 'lab-02')),
    );
    expect(made.points).toHaveLength(4);
    expect(made.leftOut).toEqual(['256px double, 129 frames, batch 4 + AdamW: measured in 1 of 2 reports']);
  });

  it('allows the worst that a check came to among good machines', () => {
    const made = makeBaseline(named(labReport(), withCheck(labReport({}, 'lab-02'), 'pcie-width', 'look')));
    expect(made.checks).toContainEqual({ id: 'pcie-width', status: 'look' });
    expect(made.checks).toContainEqual({ id: 'gpu-ecc', status: 'pass' });
  });

  const lab = labReport();
  it.each<[string, Report[], RegExp]>([
    ['a cancelled run', [cancelledReport()], /0\.json cannot be part of a baseline: its run was cancelled/],
    ['a run under way', [{ ...lab, state: 'running' }], /not finished/],
    ['a plan', [{ ...lab, profile: null, device: { ...lab.device, used: 'none' } }], /a plan/],
    [
      'another GPU',
      [{ ...lab, judgedGpu: { name: 'A100', memoryBytes: 1, source: 'x' } }],
      /another GPU \(A100/,
    ],
    [
      'a failed probe',
      [dryRunReport()],
      /probe of 144p spatial, 102 frames, batch 4 \+ AdamW ended as timed-out/,
    ],
    ['a failed check', [withCheck(lab, 'gpu-ecc', 'fail')], /its check gpu-ecc failed/],
    ['the same twice', [lab, lab], /1\.json holds a report that is given twice/],
    [
      'another machine',
      [lab, labReport({ machine: { ...lab.machine, gpus: lab.machine.gpus.slice(4) }, id: 'b' })],
      /1\.json.*differs from 0\.json in gpus 4 × NVIDIA H100 80GB HBM3, not 8/,
    ],
    [
      'another target',
      [lab, labReport({ target: { ...lab.target, model: 'v1.2' }, id: 'b' })],
      /differs from 0\.json in target\.model v1\.2, not v2\.0/,
    ],
    ['nothing measured', [{ ...lab, probes: [] }], /no point was measured/],
    ['none', [], /no report is given/],
  ])('refuses %s', (_, reports, says) => {
    expect(() => makeBaseline(named(...reports))).toThrow(UsageError);
    expect(() => makeBaseline(named(...reports))).toThrow(says);
  });
});
