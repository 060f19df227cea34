import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src-main/report/html.js';
import { renderOpenSoraConfig } from '../../src-main/report/opensora-config/index.js';
import { reportOfText } from '../../src-main/report/read-report.js';
import { bucketReport } from '../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../fixtures/dry-run-reports.js';
import { hostileRehearsal, hostileReport } from '../fixtures/hostile-report.js';
import { inferenceReport } from '../fixtures/inference-report.js';
import { nothingFitsReport, solvedReport } from '../fixtures/planned-reports.js';
import { rehearsedReports } from '../fixtures/rehearsed-reports.js';
import { goReport, goWithChangesReport, noGoReport } from '../fixtures/reports.js';
import { axeFindings } from '../support/axe.js';
import { chromiumAbsent, launchChromium, withFile } from '../support/chromium.js';

const out = join(import.meta.dirname, 'out');

const reports = {
  go: goReport(),
  'go-with-changes': goWithChangesReport(),
  'no-go': noGoReport(),
  'dry-run': dryRunReport(),
  cancelled: cancelledReport(),
  hostile: hostileReport(),
  'hostile-rehearsed': hostileRehearsal(),
  buckets: bucketReport(),
  inference: inferenceReport(),
  'nothing-fits': nothingFitsReport(),
  solved: solvedReport(),
  ...rehearsedReports(),
};
const schemes = ['light', 'dark'] as const;

describe.skipIf(chromiumAbsent)(`report.html in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    await mkdir(out, { recursive: true });
    browser = await launchChromium();
    for (const [name, report] of Object.entries(reports)) await writeFile(fileOf(name), renderHtml(report));
  });
  afterAll(async () => browser?.close());

  const fileOf = (name: string) => join(out, `report-${name}.html`);

  const withPage = (name: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>) =>
    withFile(browser, fileOf(name), options, look);

  it.each(Object.keys(reports))(
    '%s: loads without a complaint and is accessible in light and dark',
    async (name) => {
      await withPage(name, { bypassCSP: true, viewport: { width: 1280, height: 800 } }, async (page) => {
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          expect(await axeFindings(page), colorScheme).toEqual([]);
        }
      });
    },
  );

  it('keeps its policy: the style sheet applies, and nothing can be run or loaded', async () => {
    await withPage('go', {}, async (page) => {
      expect(
        await page.evaluate(() => getComputedStyle(document.querySelector('.card')!).borderTopWidth),
      ).toBe('1px');
      expect(await page.locator('script, link, iframe, object, embed, img, [style], [onload]').count()).toBe(
        0,
      );
    });
  });

  it('has the decision first, then what to paste, then the proof, then what it does not rest on', async () => {
    await withPage('go-with-changes', {}, async (page) => {
      const ids = await page
        .locator('main > section')
        .evaluateAll((sections) => sections.map((section) => section.getAttribute('aria-labelledby')));
      expect(ids).toEqual([
        'verdict',
        'why',
        'rehearsal',
        'changes',
        'config',
        'memory',
        'time',
        'host',
        'agreement',
        'grids',
        'operators',
        'failures',
        'probes',
        'checks',
        'machine',
        'links',
        'system',
        'not-tested',
        'target',
        'reproduce',
      ]);
    });
  });

  it('gives the settings to paste as one block that a click takes whole', async () => {
    await withPage('go-with-changes', {}, async (page) => {
      const block = page.locator('[aria-labelledby=config] pre');
      await block.click();
      const taken = await page.evaluate(() => String(getSelection()));
      expect(taken.trim()).toBe(renderOpenSoraConfig(reports['go-with-changes']).text.trim());
    });
  });

  it('shows hostile text as text', async () => {
    await withPage('hostile', {}, async (page) => {
      expect(await page.locator('script, img, [onload], [onerror]').count()).toBe(0);
      expect(await page.locator('.headline').textContent()).toContain('<script>alert(1)</script>');
    });
  });

  it('says verdict, machine, date and profile in the first screen', async () => {
    await withPage('dry-run', { viewport: { width: 1280, height: 800 } }, async (page) => {
      for (const text of ['Inconclusive', 'Dry run on the CPU', 'laptop', 'quick on cpu', '24 Nov 2026']) {
        const box = await page.getByText(text).first().boundingBox();
        expect(box && box.y + box.height, text).toBeLessThan(800);
      }
    });
  });

  it.each([
    'go-with-changes',
    'dry-run',
    'hostile',
    'hostile-rehearsed',
    'buckets',
    'inference',
    'nothing-fits',
    'rehearsed-second-try',
    'rehearsed-upstream',
  ])('%s: never scrolls sideways, narrow or wide', async (name) => {
    await withPage(name, {}, async (page) => {
      for (const width of [320, 390, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const [scrollWidth, clientWidth] = await page.evaluate(() => {
          const { scrollWidth: needed, clientWidth: there } = document.documentElement;
          return [needed, there] as const;
        });
        expect(scrollWidth, `at ${width}`).toBeLessThanOrEqual(clientWidth);
      }
    });
  });

  it('holds the report that it shows, also after the browser has saved it', async () => {
    await withPage('hostile', {}, async (page) => {
      expect(reportOfText(await page.content())).toEqual(reports.hostile);
    });
  });

  it('is printed in light colours, also from a dark screen', async () => {
    await withPage('buckets', { colorScheme: 'dark' }, async (page) => {
      const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
      expect(await ink()).toBe('rgb(236, 238, 242)');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await ink()).toBe('rgb(21, 24, 29)');
    });
  });

  it('has every figure of a chart in a table or a list of the same section', async () => {
    for (const name of [
      'buckets',
      'inference',
      'nothing-fits',
      'go-with-changes',
      ...Object.keys(rehearsedReports()),
    ]) {
      await withPage(name, {}, async (page) => {
        const lost = await page.evaluate(() =>
          [...document.querySelectorAll('svg[role="img"]')].flatMap((chart) => {
            const tables = chart.closest('.card')?.querySelectorAll('table, dl') ?? [];
            const told = [...tables].map((table) => table.textContent).join(' ');
            const words = [...chart.querySelectorAll('text')].map((text) => text.textContent);
            const numbers = words.join(' ').match(/\d[\d,.]*\d|\d/g) ?? [];
            return numbers.filter((number) => !told.includes(number));
          }),
        );
        expect(lost, name).toEqual([]);
        expect(await page.locator('svg[role="img"]').count()).toBeGreaterThan(0);
      });
    }
  });

  // For people to look at. Widths beyond these are held by the test of sideways scrolling.
  it.each([
    'go-with-changes',
    'dry-run',
    'buckets',
    'inference',
    'nothing-fits',
    ...Object.keys(rehearsedReports()),
  ])('%s: is pictured narrow, wide and dark, and printed', async (name) => {
    await withPage(name, {}, async (page) => {
      const picture = (width: number, scheme: (typeof schemes)[number]) =>
        page.screenshot({
          path: join(out, `report-${name}-${scheme}-${width}.png`),
          fullPage: width > 390,
        });
      await page.setViewportSize({ width: 390, height: 800 });
      await picture(390, 'light');
      await page.setViewportSize({ width: 1280, height: 800 });
      await picture(1280, 'light');
      await page.emulateMedia({ colorScheme: 'dark' });
      await picture(1280, 'dark');
      await page.pdf({ path: join(out, `report-${name}.pdf`), preferCSSPageSize: true });
    });
  });
});
