import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src-main/report/html.js';
import { spokenIn } from '../../src-main/report/spoken.js';
import { bucketReport } from '../fixtures/bucket-report.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { illH100Machine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { axeFindings } from '../support/axe.js';
import { chromiumAbsent, launchChromium, withFile } from '../support/chromium.js';
import { plannedReports } from '../support/report-language.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

const out = join(import.meta.dirname, 'out');

describe.skipIf(chromiumAbsent)(`a report in Chinese in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;
  const fileOf = (name: string) => join(out, `report-zh-${name}.html`);
  const names = ['planned', 'measured', 'buckets'];

  beforeAll(async () => {
    await mkdir(out, { recursive: true });
    browser = await launchChromium();
    const planned = await plannedReports();
    const noGo = planned.find(
      ({ verdict, target }) => verdict.status === 'no-go' && target.model === 'v2.0',
    )!;
    const reports = [noGo, { ...goWithChangesReport(), machine: illH100Machine() }, bucketReport()];
    const spoken = await spokenIn('zh');
    for (const [index, name] of names.entries())
      await writeFile(fileOf(name), renderHtml(reports[index]!, spoken));
  });
  afterAll(async () => browser?.close());

  it.each(names)(
    '%s: is one by its own word, accessible, never scrolls sideways, and is pictured',
    async (name) => {
      await withFile(browser, fileOf(name), { bypassCSP: true }, async (page) => {
        expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
        expect(await page.locator('h1').textContent()).toMatch(/可以开始|不可开始|无法判定/);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await axeFindings(page), colorScheme).toEqual([]);
          await page.setViewportSize({ width: 1280, height: 800 });
          await page.screenshot({ path: join(out, `report-zh-${name}-${colorScheme}.png`), fullPage: true });
        }
        for (const width of [390, 1280, 1920]) {
          await page.setViewportSize({ width, height: 800 });
          const [needed, there] = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return [scrollWidth, clientWidth] as const;
          });
          expect(needed, `at ${width}`).toBeLessThanOrEqual(there);
        }
      });
    },
  );

  it.each(['/machine', '/report/1'])('is how the app has %s, where its user reads Chinese', async (route) => {
    const machine = illH100Machine();
    const planned = await plannedReports();
    const report = planned.find(({ verdict }) => verdict.status === 'go-with-changes')!;
    const desk = new ScriptedDesk({
      'machine/read': () => machine,
      'run/state': () => null,
      'history/read': () => report,
    });
    await withAppPage(browser, desk, route, { locale: 'zh-CN' }, async (page) => {
      await page
        .getByText(/GPU 正被他人使用|调整后可以开始/)
        .first()
        .waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const name = route.split('/')[1]!;
        await page.screenshot({ path: join(out, `app-zh-${name}-${colorScheme}.png`) });
        await page.screenshot({ path: join(out, `app-zh-${name}-${colorScheme}-full.png`), fullPage: true });
      }
    });
  });
});
