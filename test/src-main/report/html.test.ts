import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { extractReport } from '../../../src-main/report/embedded-report.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileReport, payload } from '../../fixtures/hostile-report.js';
import { probe } from '../../fixtures/probes.js';
import { goReport, goWithChangesReport, noGoReport } from '../../fixtures/reports.js';

const reports = [
  goReport(),
  goWithChangesReport(),
  noGoReport(),
  dryRunReport(),
  cancelledReport(),
  hostileReport(),
];

describe('report.html', () => {
  it('holds its report, whatever is in it', () => {
    for (const report of reports) expect(extractReport(renderHtml(report))).toEqual(report);
  });

  it('has no script, no handler, no inline style and no outside reference', () => {
    for (const report of reports) {
      const tags = renderHtml(report).match(/<[a-z][^>]*>/gi) ?? [];
      expect(tags.filter((tag) => /^<(script|link|iframe|object|embed|img|base|a)\b/i.test(tag))).toEqual([]);
      expect(tags.filter((tag) => /\s(on[a-z]+|style|src|href|srcset|action)=/i.test(tag))).toEqual([]);
    }
  });

  it('allows by its policy the one style sheet that it has, by hash, and nothing else', () => {
    const html = renderHtml(goReport());
    const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(css).toContain('prefers-color-scheme: dark');
    expect(css).toContain('@media print');
    expect(css).not.toMatch(/url\(|@import|</);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(html)?.[1]
      ?.replaceAll('&#x27;', "'");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  });

  it('escapes hostile text, and keeps the embedded report to characters without a meaning in HTML', () => {
    const html = renderHtml(hostileReport());
    expect(html).not.toContain('<script');
    expect(html).not.toContain('\u001b');
    expect(html).not.toContain('\u202e');
    const embedded = html
      .slice(html.lastIndexOf('<template'), html.lastIndexOf('</template>'))
      .replace(/^[^>]*>/, '');
    expect(embedded).toContain('\\u003cscript\\u003e');
    expect(embedded).not.toMatch(/[<>&]|[^\u0020-\u007e]/);
    expect(JSON.stringify(extractReport(html))).toContain(JSON.stringify(payload).slice(1, -1));
  });

  it('stays under 300 KB with 100 probes', () => {
    const probes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((batch) =>
      [1, 17, 33, 49, 65].flatMap((frames) =>
        (['double', 'single'] as const).map((block) => probe({ block, batch, frames })),
      ),
    );
    expect(probes).toHaveLength(100);
    expect(Buffer.byteLength(renderHtml({ ...goWithChangesReport(), probes }))).toBeLessThan(300_000);
  });

  it('says where every part comes from, and names reasons rather than showing nothing', () => {
    const html = renderHtml(dryRunReport());
    for (const word of ['measured', 'modelled', 'published'])
      expect(html).toContain(`<span class="tag">${word}</span>`);
    expect(html).toContain('a CPU says nothing about the speed of a GPU');
    expect(html).not.toMatch(/undefined|NaN|\[object/);
  });

  it('refuses a file without a whole report in one line', () => {
    const html = renderHtml(goReport());
    const cut = html.slice(0, html.lastIndexOf('</template>') - 500);
    const lost = html.replace('"kind":"preflight-report"', '"kind":"other"');
    const broken = html.replace('"kind":"preflight-report",', '"kind":');
    for (const text of ['', '<html></html>', cut, lost, broken]) {
      expect(() => extractReport(text)).toThrowError(/^[^\n]+$/);
      expect(() => extractReport(text)).toThrowError(expect.objectContaining({ name: 'UsageError' }));
    }
  });
});
