import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../src-main/contract/report.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { digestOf, seal } from '../../../src-main/report/digest.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { renderTerminal } from '../../../src-main/report/terminal.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { goReport, noGoReport } from '../../fixtures/reports.js';
import { v1Names, v1Text } from '../../fixtures/v1-reports.js';

const read = (value: unknown) => reportOfText(JSON.stringify(value), 'r.json');

describe('a packed report within a page', () => {
  const page = (packed: string) => `<html><template id="preflight-report">${packed}</template></html>`;
  const gzip = (text: string) => gzipSync(text).toString('base64');

  it('is read as any is', () => {
    expect(reportOfText(page(gzip(JSON.stringify(goReport()))))).toEqual(goReport());
    const edited = JSON.stringify({ ...goReport(), wallSeconds: 1 });
    expect(reportOfText(page(gzip(edited))).integrity).toBe('edited');
  });

  it('is refused in one line where it is cut, spoiled, or would be larger than any', () => {
    const whole = gzip(JSON.stringify(goReport()));
    const bomb = gzip(`{"kind":"${'a'.repeat(50e6)}"}`);
    for (const packed of [
      whole.slice(0, -40),
      whole.slice(0, 40),
      `${whole.slice(0, 60)}AAAA${whole.slice(64)}`,
      bomb,
      'H4sI',
    ])
      expect(() => reportOfText(page(packed))).toThrow(
        /that file holds a report that cannot be unpacked: [^\n]+$/,
      );
    expect(() => reportOfText(page(bomb))).toThrow(UsageError);
  });
});

describe('the digest of a report', () => {
  it('is SHA-256 of RFC 8785 JSON: keys by code unit, numbers as ECMAScript writes them', () => {
    // The example of RFC 8785, 3.2.2 and 3.2.3, and its canonical form as printed there.
    const example = {
      numbers: JSON.parse('[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]'),
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    const canonical =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(digestOf({ ...example, digest: 'left out' })).toBe(
      `sha256:${createHash('sha256').update(canonical).digest('hex')}`,
    );
  });

  it('does not depend on the order of keys, nor on white space', () => {
    const report = goReport();
    const turned = Object.fromEntries(Object.entries(report).reverse());
    expect(reportOfText(JSON.stringify(turned, null, 7), 'r.json')).toEqual(report);
    expect(reportOfText(`\ufeff${JSON.stringify(report)}`, 'r.json').integrity).toBe('intact');
  });

  it('shows an edit of any single value, in a file and within a page', () => {
    const report = dryRunReport();
    const leaves = leavesOf(report).filter((path) => !/^(kind|schemaVersion)$/.test(path.join('.')));
    expect(leaves.length).toBeGreaterThan(300);
    let valid = 0;
    for (const path of leaves) {
      const edited = structuredClone(report);
      const parent = path
        .slice(0, -1)
        .reduce<Record<string, unknown>>(
          (at, key) => at[key] as Record<string, unknown>,
          edited as unknown as Record<string, unknown>,
        );
      const key = path.at(-1)!;
      parent[key] = changed(parent[key]);
      let found: string;
      try {
        found = JSON.stringify(read(edited).integrity);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        continue;
      }
      valid += 1;
      expect(found, path.join('.')).toBe('"edited"');
    }
    expect(valid).toBeGreaterThan(200);
    const html = renderHtml(report).replace('\\u2019s own shape.', '\\u2019s own size.');
    expect(reportOfText(html, 'r.html').integrity).toBe('edited');
    expect(read({ ...report, more: 1 }).integrity).toBe('edited');
  });

  it('keeps an edited report marked, however often it is written and read again', () => {
    const once = read({ ...goReport(), command: 'preflight run --batch 64' });
    expect(once.integrity).toBe('edited');
    expect(once.digest).toBe(seal(once).digest);
    expect(reportOfText(renderHtml(once), 'r.html')).toEqual(once);
    expect(read(once)).toEqual(once);
    expect(read({ ...once, integrity: 'intact' }).integrity).toBe('edited');
    for (const text of [renderHtml(once), renderTerminal(once, { color: false, width: 80 })])
      expect(text.replace(/\s+/g, ' ')).toContain('Edited: this report is not as Preflight wrote it');
    expect(renderHtml(goReport())).not.toContain('Edited:');
  });
});

describe('reports of older and newer schemas', () => {
  it.each(v1Names)('opens %s, which schema 1 wrote', (name) => {
    const text = v1Text(name);
    const before = JSON.parse(text);
    expect(before.schemaVersion).toBe(1);
    const report = reportOfText(text, 'old.json');
    const none = { unavailable: 'made by schema 1, which has no digest' };
    const added = { schemaVersion: 2, integrity: none, redacted: false, digest: report.digest };
    // Fields that came later have their defaults.
    expect(report).toMatchObject({ ...before, ...added });
    // Exported and read again it is no more trusted than before.
    expect(read(report)).toEqual(report);
    expect(renderHtml(report)).toContain('whether it was edited is not known');
  });

  it('opens a page that schema 1 wrote', () => {
    expect(reportOfText(v1Text('run-cpu', 'html'), 'old.html')).toEqual(
      reportOfText(v1Text('run-cpu'), 'old.json'),
    );
  });

  it('marks a report of today that poses as one of schema 1', () => {
    expect(read({ ...goReport(), schemaVersion: 1 }).integrity).toBe('edited');
  });

  it.each([
    [
      { ...noGoReport(), schemaVersion: 7 },
      `r.json: this report has schema 7; this Preflight reads up to ${schemaVersion}: update Preflight`,
    ],
    [{ ...noGoReport(), schemaVersion: '2' }, /its schemaVersion must be a whole number from 1$/],
    [{ ...noGoReport(), schemaVersion: 0 }, /its schemaVersion must be/],
    [{ ...noGoReport(), digest: 'none' }, /no valid report at digest: /],
    [{ kind: 'preflight-baseline', schemaVersion: 2 }, /is a baseline and no Preflight report/],
    [[], /is no Preflight report/],
    [{ ...noGoReport(), notTested: Array(200_000).fill('') }, /more values in it than any report/],
  ])('refuses what it cannot read in one line: %#', (value, says) => {
    expect(() => read(value)).toThrow(UsageError);
    expect(() => read(value)).toThrow(says);
  });

  it('refuses what nests without end', () => {
    const text = `{"kind":"preflight-report","x":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
    expect(() => reportOfText(text, 'r.json')).toThrow(/nests deeper than any report/);
  });
});

type Path = readonly string[];

function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${value} `;
}
