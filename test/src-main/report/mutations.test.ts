import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTreeAdapter as adapter, type DefaultTreeAdapterTypes, parse } from 'parse5';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src-main/contract/report.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { compare } from '../../../src-main/report/compare/compare.js';
import { renderComparison } from '../../../src-main/report/compare/terminal-compare.js';
import { entryOf, fileNameOf } from '../../../src-main/report/history/entry.js';
import { renderHistory } from '../../../src-main/report/history/terminal-history.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { renderMarkdown } from '../../../src-main/report/markdown/index.js';
import { renderOpenSoraConfig } from '../../../src-main/report/opensora-config/index.js';
import { renderJUnit } from '../../../src-main/report/qualify/junit.js';
import { makeBaseline } from '../../../src-main/report/qualify/make-baseline.js';
import { qualification } from '../../../src-main/report/qualify/qualification.js';
import { renderQualification } from '../../../src-main/report/qualify/terminal-qualify.js';
import { trendOf } from '../../../src-main/report/qualify/trend.js';
import { readReport, reportOfText } from '../../../src-main/report/read-report.js';
import { redact } from '../../../src-main/report/redact/redact.js';
import { renderTerminal } from '../../../src-main/report/terminal.js';
import { reportOf } from '../../fixtures/report-parts.js';
import { goWithChangesReport } from '../../fixtures/reports.js';
import { chromiumAbsent, launchChromium, withFile } from '../../support/chromium.js';
import { runCli } from '../../support/cli.js';
import { mutationsOf } from '../../support/mutations.js';

const whole = goWithChangesReport();
const valid = reportOf({
  ...whole,
  // Each kind of field once: what is spoiled then is more than the hundredth probe.
  probes: [whole.probes[0]!, whole.probes.at(-1)!],
  machine: { ...whole.machine, gpus: whole.machine.gpus.slice(0, 1) },
});
/** Of the same without its crash, as good machines are. */
const baseline = makeBaseline([{ name: 'good', report: reportOf({ ...valid, probes: [valid.probes[0]!] }) }]);
const wide = { color: false, width: 80 };
/** The bound on each, in seconds of the processor, so that other work on the machine counts for nothing. */
const most = 2;

/** What can be done with a report that was read. */
const uses: Readonly<Record<string, (report: Report) => string>> = {
  html: (report) => renderHtml(redact(report, { hosts: [], users: [], paths: [] }).report),
  md: renderMarkdown,
  json: (report) => JSON.stringify(report),
  'opensora-config': (report) => renderOpenSoraConfig(report).text,
  terminal: (report) => renderTerminal(report, wide),
  compare: (report) =>
    renderComparison(
      compare([
        { name: 'a', report: valid },
        { name: 'b', report },
      ]),
      wide,
    ),
  qualify: (report) => {
    const trend = trendOf(report, [valid]);
    const judged = qualification([{ name: 'r', report, trend }], baseline, 0.05);
    const [integrity] = judged.machines[0]!.rules;
    if (report.integrity === 'edited') expect(integrity).toMatchObject({ id: 'integrity', status: 'fail' });
    return `${renderQualification(judged, wide)}${renderJUnit(judged)}`;
  },
  'make-baseline': (report) => {
    const made = JSON.stringify(makeBaseline([{ name: 'r', report }]));
    expect(report.integrity).not.toBe('edited');
    return made;
  },
  import: (report) => {
    expect(fileNameOf(report)).toMatch(/^[a-z0-9][a-z0-9._-]*\.json$/);
    const list = { reports: [{ path: 'r', entry: entryOf(report) }], broken: [], folder: 'h', total: 1 };
    return renderHistory(list, wide);
  },
};

/** The result, or undefined where one line refuses it; anything else is a fault. */
function attempt<T>(name: string, work: () => T): T | undefined {
  const before = process.cpuUsage();
  const result = orRefusal(name, work);
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  if (seconds > most) throw new Error(`${name}: ${seconds} s`);
  return result;
}

function orRefusal<T>(name: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError && error.message !== '') return undefined;
    throw new Error(`${name}: ${String((error as Error).stack).slice(-2000)}`);
  }
}

/** Whatever of a page could run or load something. */
function alive(html: string): string[] {
  const found: string[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if (adapter.isElementNode(node)) {
      if (/^(script|iframe|object|embed|link|base|img|form|svg:script|foreignobject)$/i.test(node.tagName))
        found.push(node.tagName);
      for (const { name, value } of node.attrs)
        if (/^on|^(src|href|action|srcdoc|style|formaction)$/i.test(name) || /^\s*javascript:/i.test(value))
          found.push(`${node.tagName} ${name}=${value}`);
      if (node.tagName === 'template') walk((node as DefaultTreeAdapterTypes.Template).content);
    }
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(html));
  return found;
}

describe('5,000 spoiled reports', () => {
  const pages: { name: string; html: string }[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'preflight-spoiled-'));
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (chromiumAbsent === '') browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are each read and rendered, or refused in one line, and no page of them has anything alive', () => {
    let read = 0;
    let edited = 0;
    for (const { name, bytes } of mutationsOf(valid, 5000)) {
      const report = attempt(`read ${name}`, () => reportOfText(bytes.toString('utf8'), 'r.json'));
      if (report === undefined) continue;
      read += 1;
      if (report.integrity === 'edited') edited += 1;
      for (const [use, work] of Object.entries(uses)) {
        const made = attempt(`${use} of ${name}`, () => work(report));
        if (use !== 'html' || made === undefined) continue;
        expect(alive(made), name).toEqual([]);
        if (name.startsWith('live text')) pages.push({ name, html: made });
      }
    }
    // Both ways are taken often: a test that refuses all, or spoils nothing, would be none.
    expect(read).toBeGreaterThan(800);
    expect(read).toBeLessThan(4200);
    expect(edited).toBeGreaterThan(600);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }, 240_000);

  it.skipIf(chromiumAbsent)(`do nothing in a real browser${chromiumAbsent}`, async () => {
    expect(pages.length).toBeGreaterThan(10);
    for (const [index, { html }] of pages.slice(0, 8).entries()) {
      const file = join(folder, `${index}.html`);
      writeFileSync(file, html);
      // Fails where the page has a dialog, a request, a script that ran, or a complaint of its policy.
      await withFile(browser!, file, {}, async (page) => {
        expect(await page.locator('main').count()).toBe(1);
      });
    }
  });
});

describe('spoiled reports through the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-spoiled-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('50 give a result, or one line and exit 2', async () => {
    const files = [...mutationsOf(valid, 50, 7)].map(({ bytes }, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, bytes);
      return file;
    });
    const good = join(folder, 'good.json');
    writeFileSync(good, JSON.stringify(valid));
    const base = join(folder, 'base.json');
    writeFileSync(base, JSON.stringify(baseline));
    const env = { PREFLIGHT_HOME: join(folder, 'home') };
    const commands = (file: string) => [
      ['export', file, '--to', 'html'],
      ['export', file, '--to', 'md'],
      ['export', file, '--to', 'opensora-config'],
      ['export', file, '--preview'],
      ['compare', good, file],
      ['qualify', '--baseline', base, file],
      ['qualify', '--make-baseline', file],
      ['history', '--import', file, '--json'],
    ];
    const ends = new Map<number | null, number>();
    for (const [index, file] of files.entries()) {
      const { code, stdout, stderr } = await runCli(commands(file)[index % 8]!, { env, deadlineMs: 60_000 });
      ends.set(code, (ends.get(code) ?? 0) + 1);
      // 3: judged, and found to be no good.
      if (code === 0 || code === 3) expect(stdout, file).not.toBe('');
      else {
        expect([code, stdout], `${file}: ${stderr}`).toEqual([2, '']);
        expect(stderr, file).toMatch(/^preflight: [^\n]+\n$/);
      }
    }
    expect([...ends.keys()].sort()).toEqual([0, 2, 3]);
  }, 240_000);

  it('500 MB of zeros are refused by their size, without being read', async () => {
    const file = join(folder, 'zeros.json');
    const handle = openSync(file, 'w');
    ftruncateSync(handle, 500e6);
    closeSync(handle);
    const before = process.memoryUsage().rss;
    await expect(readReport(file)).rejects.toThrow(/500000000 bytes, more than any/);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });
});
