import { describe, expect, it } from 'vitest';
import { comparisonSchema } from '../../../../src-main/contract/comparison.js';
import type { Probe } from '../../../../src-main/contract/probe.js';
import type { Report } from '../../../../src-main/contract/report.js';
import { UsageError } from '../../../../src-main/contract/usage-error.js';
import { compare } from '../../../../src-main/report/compare/compare.js';
import { renderComparison } from '../../../../src-main/report/compare/terminal-compare.js';
import { cellsOf } from '../../../../src-main/report/text-layout.js';
import { dryRunReport } from '../../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../../fixtures/hostile-report.js';
import { labReport, scaled } from '../../../fixtures/lab-reports.js';
import { solvedReport } from '../../../fixtures/planned-reports.js';
import { probe } from '../../../fixtures/probes.js';
import { h100, healthyDetail } from '../../../fixtures/sample-gpus.js';

const lab = labReport();
const named = (...reports: Report[]) => reports.map((report, index) => ({ name: `${index}.json`, report }));
const pairOf = (a: Report, b: Report) => compare(named(a, b)).pairs[0]!;

describe('a comparison', () => {
  it('has the change of seconds with the noise of both, and of memory', () => {
    const { points } = pairOf(lab, scaled(lab, { speed: 0.8, memory: 1.1 }));
    expect(points).toHaveLength(4);
    for (const { seconds, memory } of points) {
      // Samples of the fixture lie from 0.996 to 1.012 of the median in both.
      expect(seconds).toMatchObject({
        change: expect.closeTo(0.25, 9),
        interval: [
          expect.closeTo((1.25 * 0.996) / 1.012 - 1, 9),
          expect.closeTo((1.25 * 1.012) / 0.996 - 1, 9),
        ],
        withinNoise: false,
      });
      expect(memory.device).toMatchObject({ change: expect.closeTo(0.1, 6) });
      expect(memory.live).toMatchObject({ withinNoise: { unavailable: expect.any(String) } });
    }
  });

  it('says of a difference within the noise that it is', () => {
    for (const { seconds } of pairOf(lab, scaled(lab, { speed: 0.99 })).points)
      expect(seconds).toMatchObject({ withinNoise: true });
    for (const { seconds } of pairOf(lab, scaled(lab, { speed: 0.98 })).points)
      expect(seconds).toMatchObject({ withinNoise: false });
  });

  it('knows no noise of a single sample', () => {
    const single = (one: Probe): Probe =>
      'unavailable' in one.time ? one : { ...one, time: { ...one.time, samples: [one.time.medianSeconds] } };
    const { points } = pairOf(lab, { ...lab, probes: lab.probes.map(single) });
    expect(points[0]!.seconds).toMatchObject({
      change: 0,
      withinNoise: { unavailable: '1 sample is too few to know its noise' },
    });
  });

  it('compares common points alone, and how they ended', () => {
    const crash = probe({ block: 'double', batch: 1, frames: 33 }, { status: 'crashed', cause: 'SIGSEGV' });
    const more = probe({ block: 'double', batch: 4, frames: 129 });
    const other = { ...lab, probes: [crash, ...lab.probes.slice(1, 3), more] };
    const pair = pairOf(lab, other);
    expect([pair.points.length, pair.onlyInFirst, pair.onlyInOther]).toEqual([3, 1, 1]);
    expect(pair.points[0]).toMatchObject({
      statuses: ['ok', 'crashed'],
      seconds: { unavailable: expect.any(String) },
    });
  });

  it('names what differs in the machines, and how they fared while timed', () => {
    const conditions = (smMHz: number, throttleReasons: string[]) => ({
      powerWatts: 690,
      smMHz,
      gpuCelsius: 60,
      throttleReasons,
      pcieGeneration: 5,
    });
    const at = (report: Report, smMHz: number, reasons: string[]) => ({
      ...report,
      probes: report.probes.map((one) => ({ ...one, conditions: conditions(smMHz, reasons) })),
    });
    const power = { drawWatts: 80, limitWatts: 500, defaultLimitWatts: 700 };
    const pcie = { generation: 4, width: 8, maxGeneration: 5, maxWidth: 16 };
    const slow = labReport({}, 'lab-07');
    slow.machine.gpus = slow.machine.gpus.map((_, index) =>
      h100(index, healthyDetail({ power, pcie }), { driverVersion: '560.1' }),
    );
    const { machines } = pairOf(at(lab, 1980, []), at(slow, 1410, ['power brake']));
    expect(machines).toEqual([
      { what: 'SM clock while timed', values: ['1980 MHz', '1410 MHz'] },
      { what: 'held down while timed by', values: ['nothing', 'power brake'] },
      { what: 'power limit', values: ['700 W', '500 W'] },
      { what: 'PCIe', values: ['generation 5 ×16', 'generation 5 ×8'] },
      { what: 'driver', values: ['570.86.15', '560.1'] },
      { what: 'host', values: ['lab-01', 'lab-07'] },
    ]);
    expect(pairOf(lab, { ...lab, id: 'again' }).machines).toEqual([]);
  });

  it('holds several against the first, and is what its schema says', () => {
    const comparison = compare(named(lab, scaled(lab, { speed: 1.2 }), scaled(lab, { speed: 0.9 })));
    expect(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)))).toEqual(comparison);
    expect(comparison.pairs.map(({ points }) => points[0]!.seconds)).toMatchObject([
      { change: expect.closeTo(1 / 1.2 - 1, 9) },
      { change: expect.closeTo(1 / 0.9 - 1, 9) },
    ]);
  });

  it.each<[string, Report, RegExp]>([
    ['a plan', solvedReport(), /1\.json cannot be compared: nothing was measured for it \(it is a plan\)/],
    [
      'another model and device',
      dryRunReport(),
      /no point in common \(model v2\.0 against v1\.2; device cuda against cpu; type bf16 against fp32/,
    ],
    [
      'other shapes',
      { ...lab, probes: [probe({ block: 'double', batch: 4, frames: 129 })] },
      /shapes .* against 256px 129 frames batch 4/,
    ],
  ])('refuses %s and says why', (_, other, says) => {
    expect(() => pairOf(lab, other)).toThrow(UsageError);
    expect(() => pairOf(lab, other)).toThrow(says);
  });

  it('refuses a report alone', () => {
    expect(() => compare(named(lab))).toThrow(/two reports or more/);
  });
});

describe('a comparison on a terminal', () => {
  it.each([80, 60, 40])('keeps to its columns and to printable text at %i', (width) => {
    const hostile = hostileReport();
    const text = renderComparison(
      compare(named(hostile, { ...hostile, tool: { ...hostile.tool, version: '\u001b[2J9' } })),
      {
        color: false,
        width,
      },
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    for (const line of text.split('\n')) expect(cellsOf(line)).toBeLessThanOrEqual(width);
  });

  it('says of an edited report that it is', () => {
    const edited = { ...labReport({ id: 'other' }, 'lab-02'), integrity: 'edited' as const };
    const given = compare(named(lab, edited));
    expect(given.pairs[0]!.other.integrity).toBe('edited');
    const text = renderComparison(given, { color: false, width: 80 });
    expect(text.match(/▲ Edited/g)).toHaveLength(1);
    expect(text).toMatch(/^B {2}lab-02.*\n {3}▲ Edited: this report is not as Preflight wrote it/m);
  });

  it('says change, noise, verdicts and what explains them', () => {
    const text = renderComparison(compare(named(lab, scaled(labReport({}, 'lab-02'), { speed: 0.8 }))), {
      color: false,
      width: 80,
    });
    expect(text).toMatch(/\+25 % +\+23 to \+27 %/);
    expect(text).toMatch(/host: A lab-01; B lab-02/);
    expect(text).toMatch(/Verdict: A Go, B Go/);
  });
});
