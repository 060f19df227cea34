import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src-main/contract/report.js';
import { History } from '../../src-main/report/history/history.js';
import { historyFolder } from '../../src-main/report/history/home.js';
import { renderHtml } from '../../src-main/report/html.js';
import { reportOfText } from '../../src-main/report/read-report.js';
import { cancelledReport, dryRunReport } from '../fixtures/dry-run-reports.js';
import { hostileReport } from '../fixtures/hostile-report.js';
import { heldRehearsal } from '../fixtures/rehearsals.js';
import { reportOf } from '../fixtures/report-parts.js';
import { goReport, goWithChangesReport, noGoReport } from '../fixtures/reports.js';
import { axeFindings } from '../support/axe.js';
import { chromiumAbsent } from '../support/chromium.js';
import type { Served } from '../support/served.js';
import { openServedPage } from '../support/served-page.js';

// Report, History and Compare over the real main side: a real server and a real folder of reports, in a real browser.

const out = join(import.meta.dirname, 'out');
const schemes = ['light', 'dark'] as const;
const sizes = [
  [1280, 800],
  [1920, 1080],
] as const;

/** The same run a day later on a machine that is slower, and says why; rehearsed there. */
function slowerReport(): Report {
  const report = structuredClone(goWithChangesReport());
  report.machine.host.hostname = 'lab-07';
  for (const gpu of report.machine.gpus) gpu.driverVersion = '570.10';
  for (const { time } of report.probes) {
    if ('unavailable' in time) continue;
    time.medianSeconds *= 1.08;
    time.samples = time.samples.map((sample) => sample * 1.08);
  }
  report.rehearsal = heldRehearsal();
  return reportOf({ ...report, id: 'slower', createdAt: '2026-11-25T10:00:00.000Z' });
}

describe.skipIf(chromiumAbsent)(
  `reports in the pages of preflight serve${chromiumAbsent}`,
  { concurrent: false },
  () => {
    const home = mkdtempSync(join(tmpdir(), 'preflight-reports-'));
    let served: Served;
    let browser: Browser;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      mkdirSync(out, { recursive: true });
      // Axe is put into the page, which its policy would not let anybody do.
      ({ served, browser, page, complaints } = await openServedPage(home, { bypassCSP: true }));
    });
    afterAll(async () => {
      await browser?.close();
      served?.run.child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    });

    const goTo = (name: string) => page.getByRole('link', { name, exact: true }).click();
    const rows = () => page.locator('.history-rows tbody tr[data-row]');
    const file = (name: string, content: string | Buffer) => ({
      name,
      mimeType: 'application/json',
      buffer: Buffer.from(content),
    });
    const importFiles = (...files: ReturnType<typeof file>[]) =>
      page.locator('input[type=file]').setInputFiles(files);
    const results = () => page.getByRole('region', { name: 'What was read' }).getByRole('listitem');

    /** A file of this machine, dragged from outside the browser. */
    async function dropFile(path: string): Promise<void> {
      const box = (await page.locator('.drop').boundingBox())!;
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const protocol = await page.context().newCDPSession(page);
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await protocol.send('Input.dispatchDragEvent', { type, ...at, data });
      await protocol.detach();
    }

    async function pictured(name: string): Promise<void> {
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page), `${name}, ${colorScheme}`).toEqual([]);
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`) });
        }
      }
      await page.setViewportSize({ width: 390, height: 800 });
      await page.screenshot({ path: join(out, `${name}-390.png`) });
      const [needed, there] = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return [scrollWidth, clientWidth] as const;
      });
      expect(needed, `${name} scrolls sideways at 390`).toBeLessThanOrEqual(there);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.emulateMedia({ colorScheme: 'light' });
    }

    it('say what to do where there is none', async () => {
      await goTo('Report');
      await page.getByRole('heading', { name: 'No report was made yet' }).waitFor();
      await goTo('History');
      await page.getByRole('heading', { name: 'No report is kept yet' }).waitFor();
      await pictured('history-empty');
    });

    it('take in reports as JSON and HTML, and say what is wrong with what is none', async () => {
      await importFiles(
        file('go.json', JSON.stringify(goReport())),
        file('changes.html', renderHtml(goWithChangesReport())),
        file('no-go.json', JSON.stringify(noGoReport())),
        file('again.json', JSON.stringify(goReport())),
        file('edited.json', JSON.stringify({ ...goReport(), wallSeconds: 1 })),
        file('newer.json', JSON.stringify({ ...goReport(), schemaVersion: 999 })),
        file('half.json', JSON.stringify(goReport()).slice(0, 2000)),
        file('slower.json', JSON.stringify(slowerReport())),
        file('dry.json', JSON.stringify(dryRunReport())),
      );
      await expect.poll(() => results().count(), { timeout: 20_000 }).toBe(9);
      const said = (await results().allTextContents()).toReversed();
      expect(said.map((line) => /^(added|there already|not taken)/.exec(line)?.[1])).toEqual([
        'added',
        'added',
        'added',
        'there already',
        'added',
        'not taken',
        'not taken',
        'added',
        'added',
      ]);
      expect(said[5]).toMatch(/newer\.json: this report has schema 999.*update Preflight/);
      expect(said[6]).toMatch(/half\.json/);
      await expect.poll(() => rows().count()).toBe(6);
      await page.getByText('edited', { exact: true }).waitFor();
      expect(await rows().filter({ hasText: 'rehearsed' }).filter({ hasText: 'lab-07' }).count()).toBe(1);
      await pictured('history-import');
      await page.getByRole('button', { name: 'Dismiss' }).click();
    });

    it('take in what is dropped on the page', async () => {
      const dropped = join(home, 'dropped.json');
      writeFileSync(dropped, JSON.stringify(cancelledReport()));
      await dropFile(dropped);
      await results().filter({ hasText: 'added' }).filter({ hasText: 'dropped.json' }).waitFor();
      await expect.poll(() => rows().filter({ hasText: 'cancelled' }).count()).toBe(1);
      await page.getByRole('button', { name: 'Dismiss' }).click();
    });

    it('refuse 500 MB of zeros by their size, before they are read', async () => {
      const zeros = join(home, 'zeros.json');
      writeFileSync(zeros, '');
      truncateSync(zeros, 500e6);
      const tooLarge = page.getByText('zeros.json has 477 MiB, and no report has more than 8 MiB');
      for (const give of [dropFile, (path: string) => page.locator('input[type=file]').setInputFiles(path)]) {
        await give(zeros);
        await tooLarge.waitFor();
        await page.getByRole('button', { name: 'Dismiss' }).click();
      }
    });

    it('show the report of another program at once', async () => {
      const other = reportOf({ ...noGoReport(), id: 'from-a-terminal' });
      await new History(historyFolder(home)).add(other);
      await expect.poll(() => rows().count(), { timeout: 10_000 }).toBe(8);
    });

    it('find and sort', async () => {
      const search = page.getByRole('textbox', { name: 'Search' });
      await search.fill('LAB-07 v2.0');
      await expect.poll(() => rows().count()).toBe(1);
      await search.fill('nothing has this');
      await page.getByRole('button', { name: 'Show all reports' }).click();
      await expect.poll(() => rows().count()).toBe(8);
      await page.getByRole('button', { name: 'Verdict' }).click();
      const verdicts = () => page.locator('.history-rows tbody .status').allTextContents();
      await expect
        .poll(verdicts)
        .toEqual([
          'Go',
          'Go',
          'Go with changes',
          'Go with changes',
          'Inconclusive',
          'Inconclusive',
          'No-go',
          'No-go',
        ]);
      await page.getByRole('button', { name: 'Verdict' }).click();
      await expect.poll(async () => (await verdicts())[0]).toBe('No-go');
      await page.getByRole('button', { name: 'Made' }).click();
      await pictured('history');
    });

    it('are reached row by row with arrow keys', async () => {
      await rows().first().getByRole('link').focus();
      await page.keyboard.press('ArrowDown');
      const at = () => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-row'));
      await expect.poll(at).toBe('1');
      await page.keyboard.press('End');
      await expect.poll(at).toBe('7');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Remove');
      await page.keyboard.press('Home');
      await expect.poll(at).toBe('0');
    });

    it('are removed only once that was confirmed', async () => {
      await page.getByRole('textbox', { name: 'Search' }).fill('from-a-terminal');
      await expect.poll(() => rows().count()).toBe(1);
      await rows().getByRole('button').click();
      const dialog = page.getByRole('alertdialog', { name: 'Remove this report?' });
      await dialog.getByRole('button', { name: 'Keep it' }).click();
      await expect.poll(() => rows().count()).toBe(1);
      await rows().getByRole('button').click();
      await dialog.getByRole('button', { name: 'Remove the report' }).click();
      await page.getByText('No report has all of these words.').waitFor();
      await page.getByRole('textbox', { name: 'Search' }).fill('');
      await expect.poll(() => rows().count()).toBe(7);
    });

    it('are compared point by point, and what cannot be says why', async () => {
      const choose = (text: RegExp) =>
        rows().filter({ hasText: text }).filter({ hasText: 'Go with changes' }).getByRole('checkbox').click();
      await choose(/24 Nov/);
      await choose(/25 Nov/);
      await rows().filter({ hasText: 'quick on cpu' }).first().getByRole('checkbox').click();
      await page.getByRole('button', { name: 'Compare 3' }).click();
      await page.getByRole('heading', { name: 'Compare', level: 1 }).waitFor();
      const pair = page.getByRole('region', { name: 'B against A', exact: true });
      await pair.getByRole('table').first().waitFor();
      expect(await pair.getByText('+8.0 %').count()).toBeGreaterThan(3);
      expect(await pair.getByRole('row', { name: /driver/ }).textContent()).toContain('570.10');
      await page
        .getByRole('region', { name: 'C against A' })
        .getByText(/^not comparable/)
        .waitFor();
      const refused = await page
        .getByRole('region', { name: 'C against A' })
        .getByRole('alert')
        .textContent();
      expect(refused).toMatch(
        /A and C cannot be compared: they have no point in common \(model v2\.0 against v1\.2/,
      );
      await pictured('compare');
      await page.getByRole('link', { name: 'Make it the first: report B' }).click();
      await expect.poll(() => page.getByText('−7.4 %').count()).toBeGreaterThan(3);
    });

    it('are shown whole, the verdict first, an edited one as edited', async () => {
      await page.goBack();
      await page.getByRole('row', { name: /^A / }).getByRole('link').first().click();
      await page.getByRole('heading', { name: 'Go with changes' }).waitFor();
      const ids = await page
        .locator('main section.card, main section.verdict')
        .evaluateAll((sections) => sections.map((section) => section.getAttribute('aria-labelledby')));
      expect(ids.slice(0, 5)).toEqual(['verdict', 'why', 'rehearsal', 'changes', 'config']);
      expect(ids).toContain('not-tested');
      await pictured('report');
      await goTo('History');
      await rows().filter({ hasText: 'edited' }).getByRole('link').click();
      await page.getByText(/^Edited: this report is not as Preflight wrote it/).waitFor();
      // The navigation leads back to it.
      await goTo('Machine');
      await goTo('Report');
      await page.getByText(/^Edited: this report/).waitFor();
    });

    it('go to Target with their settings', async () => {
      await page.getByRole('button', { name: 'Open in Target' }).click();
      await page.getByRole('heading', { name: /^From the report of 24 Nov 2026/ }).waitFor();
      await page.getByRole('heading', { name: /^(Go|Go with changes|No-go|Inconclusive)$/ }).waitFor();
      await page.getByRole('button', { name: 'Back to the form' }).click();
    });

    it('leave in every form, redacted unless that is not wanted, with a preview of what is', async () => {
      await goTo('History');
      await rows().filter({ hasText: '25 Nov' }).getByRole('link').click();
      await page.getByRole('button', { name: 'Export …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Export the report' });
      await dialog.getByRole('cell', { name: 'lab-07' }).first().waitFor();
      await pictured('export');
      const download = async (form: string) => {
        const [got] = await Promise.all([
          page.waitForEvent('download', { timeout: 60_000 }),
          dialog.getByRole('button', { name: `Download as ${form}`, exact: true }).click(),
        ]);
        await dialog.getByText('was handed to the browser').waitFor();
        return { name: got.suggestedFilename(), content: readFileSync(await got.path()) };
      };
      const json = await download('JSON');
      expect(json.name).toMatch(/^preflight-v2\.0-train-go-with-changes-2026-11-25\.json$/);
      const report = reportOfText(String(json.content));
      expect([report.redacted, report.machine.host.hostname]).toEqual([true, 'host-1']);
      const html = await download('HTML');
      expect(reportOfText(String(html.content)).id).toBe('slower');
      expect(String(html.content)).not.toContain('lab-07');
      expect(String((await download('Markdown')).content)).toContain('Go with changes');
      const config = await download('Open-Sora config');
      expect(config.name).toMatch(/\.py$/);
      expect(String(config.content)).toMatch(/^# .*written by preflight/m);
      const pdf = await download('PDF');
      expect(String(pdf.content.subarray(0, 5))).toBe('%PDF-');
      await dialog.getByText('Leave names, paths').click();
      await dialog.getByText('It leaves as it is').waitFor();
      const open = await download('JSON');
      expect(reportOfText(String(open.content))).toEqual(slowerReport());
      await dialog.getByRole('button', { name: 'Close' }).click();
      // Opened in a browser of its own, the HTML shows the verdict.
      const path = join(home, html.name);
      writeFileSync(path, html.content);
      const opened = await browser.newPage();
      await opened.goto(`file://${path}`);
      expect(await opened.getByRole('heading', { level: 1 }).textContent()).toBe('Go with changes');
      await opened.close();
    });

    it('show script in every string as text, wherever it is', async () => {
      await goTo('History');
      await importFiles(file('hostile.json', JSON.stringify(hostileReport())));
      await expect.poll(() => rows().count()).toBe(8);
      const hostile = rows().filter({ hasText: '<script>' });
      expect(await hostile.count()).toBe(1);
      await hostile.getByRole('link').click();
      await page.locator('.headline').waitFor();
      expect(await page.locator('.headline').textContent()).toContain('<script>alert(1)</script>');
      expect(await page.locator('main script, main img, main [onload], main [onerror]').count()).toBe(0);
      await page.getByRole('button', { name: 'Export …' }).click();
      await page.getByRole('dialog').getByRole('table').waitFor();
      await page.keyboard.press('Escape');
    });

    it('are read in Chinese too', async () => {
      await page.evaluate(() => localStorage.setItem('preflight.language', 'zh'));
      await page.reload();
      await page.getByRole('heading', { name: '调整后可以开始', level: 1 }).waitFor();
      await page.screenshot({ path: join(out, 'report-zh.png') });
      await goTo('历史');
      await page.getByRole('heading', { name: '历史', level: 1 }).waitFor();
      await expect.poll(() => rows().count()).toBe(8);
      await page.screenshot({ path: join(out, 'history-zh.png') });
      expect(complaints).toEqual([]);
    });
  },
);
