import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { type Qualification, qualificationSchema } from '../../../../src-main/contract/qualification.js';
import type { Report } from '../../../../src-main/contract/report.js';
import { renderJUnit } from '../../../../src-main/report/qualify/junit.js';
import { makeBaseline } from '../../../../src-main/report/qualify/make-baseline.js';
import { renderPrometheus } from '../../../../src-main/report/qualify/prometheus.js';
import { qualification } from '../../../../src-main/report/qualify/qualification.js';
import { renderQualification } from '../../../../src-main/report/qualify/terminal-qualify.js';
import { cellsOf } from '../../../../src-main/report/text-layout.js';
import { labReport, scaled, withCheck } from '../../../fixtures/lab-reports.js';
import { parseMetrics } from '../../../support/prometheus-text.js';

const good = labReport();
const baseline = makeBaseline([{ name: 'a', report: good }]);
const none = { unavailable: 'not looked at' };
const judged = (...reports: Report[]): Qualification =>
  qualification(
    reports.map((report) => ({ name: report.id, report, trend: none })),
    baseline,
    0.05,
  );
const nasty = 'lab "<&>\\\n\u001b[31m\ud800\uffff]]>--\u202e';
const bad = withCheck(scaled(labReport({ id: 'bad' }, nasty), { speed: 0.8 }), 'gpu-ecc', 'fail');
const both = judged(good, bad);

describe('a qualification', () => {
  it('is what its schema says, and qualifies where every machine does', () => {
    expect(qualificationSchema.parse(JSON.parse(JSON.stringify(both)))).toEqual(both);
    expect([both.qualified, judged(good).qualified]).toEqual([false, true]);
    expect(both.machines.map(({ qualified }) => qualified)).toEqual([true, false]);
  });

  it('says how far repeats lie apart', () => {
    const again = (id: string, speed: number) => scaled(labReport({ id }), { speed });
    const repeats = judged(good, again('two', 0.9), again('three', 0.98)).repeats;
    expect(repeats.filter(({ metric }) => metric === 'throughput')).toHaveLength(4);
    expect(repeats[0]).toMatchObject({ spread: expect.closeTo(0.08 / 0.98, 9) });
    expect(judged(good).repeats).toEqual([]);
    expect(() => judged(good, again('two', 1), good)).toThrow(/holds a report that is given twice/);
  });

  it('says where the baseline is wider than the tolerance, or one report', () => {
    expect(both.notes).toEqual([expect.stringContaining('The baseline is one report')]);
    const wide = makeBaseline([
      { name: 'a', report: good },
      { name: 'b', report: scaled(labReport({}, 'b'), { speed: 1.2 }) },
    ]);
    const { notes } = qualification([{ name: 'x', report: good, trend: none }], wide, 0.05);
    expect(notes).toEqual([
      expect.stringMatching(
        /up to 9\.1 % from their median \(throughput of .*wider than the tolerance of 5 %/,
      ),
    ]);
  });
});

describe('as JUnit XML', () => {
  it('is well formed, whatever a name holds, and counts what it lists', () => {
    const xml = renderJUnit(both);
    expect(XMLValidator.validate(xml)).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot hold
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u);
    const parser = new XMLParser({
      ignoreAttributes: false,
      isArray: (name) => ['testsuite', 'testcase'].includes(name),
    });
    const { testsuites } = parser.parse(xml);
    expect(testsuites['@_tests']).toBe(String(both.machines.flatMap(({ rules }) => rules).length));
    for (const [index, suite] of testsuites.testsuite.entries()) {
      const { rules } = both.machines[index]!;
      const of = (status: string) => rules.filter((rule) => rule.status === status).length;
      expect(suite.testcase).toHaveLength(rules.length);
      expect(suite.testcase.filter((one: object) => 'failure' in one)).toHaveLength(of('fail'));
      expect(suite.testcase.filter((one: object) => 'skipped' in one)).toHaveLength(of('not-tested'));
      expect([suite['@_failures'], suite['@_skipped']]).toEqual([
        String(of('fail')),
        String(of('not-tested')),
      ]);
      const names = suite.testcase.map(
        (one: Record<string, string>) => `${one['@_classname']} ${one['@_name']}`,
      );
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe("in Prometheus' text format", () => {
  it('parses by the format, and has each figure beside its limit', async () => {
    const metrics = parseMetrics(await renderPrometheus(both));
    const of = (name: string, host: string) =>
      metrics.filter((one) => one.name === name && one.labels.host === host).map(({ value }) => value);
    const hosts = [...new Set(metrics.map(({ labels }) => labels.host!))];
    expect(hosts).toEqual(['lab-01', 'lab "<&>\\\n\ud800\uffff]]>--']);
    expect(hosts.map((host) => of('preflight_qualified', host))).toEqual([[1], [0]]);
    for (const host of hosts) {
      const [values, limits] = ['preflight_tokens_per_second', 'preflight_tokens_per_second_limit'].map(
        (name) => of(name, host),
      );
      expect(values).toHaveLength(4);
      for (const [index, value] of values!.entries())
        expect(value >= limits![index]!).toBe(host === 'lab-01');
    }
  });

  it('has the newest report of a machine that was measured twice', async () => {
    const later = scaled(labReport({ id: 'later', createdAt: '2026-12-01T00:00:00.000Z' }), { speed: 0.5 });
    for (const reports of [
      [good, later],
      [later, good],
    ]) {
      const metrics = parseMetrics(await renderPrometheus(judged(...reports)));
      expect(metrics.filter(({ name }) => name === 'preflight_qualified')).toMatchObject([{ value: 0 }]);
    }
  });
});

describe('on a terminal', () => {
  it.each([80, 40])('fits %i columns', (width) => {
    const text = renderQualification(both, { color: false, width });
    for (const line of text.split('\n')) expect(cellsOf(line)).toBeLessThanOrEqual(width);
    // No figure is cut.
    expect(text).not.toMatch(/…/);
  });

  it('names what failed with its limit', () => {
    const text = renderQualification(both, { color: false, width: 80 });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(text).toMatch(/✔ Qualified: lab-01/);
    expect(text).toMatch(/✖ Not qualified: lab/);
    expect(text).toMatch(/✖ fail {8}throughput: 256px double, 33 frames/);
    expect(text).toMatch(/✖ fail {8}gpu-ecc/);
  });
});
