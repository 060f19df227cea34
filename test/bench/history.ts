import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { History } from '../../src-main/report/history/history.js';
import { historyFolder } from '../../src-main/report/history/home.js';
import { chromiumAbsent } from '../support/chromium.js';
import { openServedPage } from '../support/served-page.js';
import type { Bench, Measured, Skipped } from './bench.js';
import { countWord, writeManyReports } from './many-reports.js';
import { at95, middle } from './percentiles.js';

/** The History page of the real `preflight serve` over them, its index made before as the first list makes it. */
async function withManyReports(look: (page: Page) => Promise<Measured>): Promise<Measured | Skipped> {
  if (chromiumAbsent) return { skipped: 'no Chromium' };
  const home = mkdtempSync(join(tmpdir(), 'preflight-bench-history-'));
  try {
    writeManyReports(home);
    await new History(historyFolder(home)).list();
    const { served, browser, page } = await openServedPage(home);
    try {
      await page.getByRole('heading', { name: 'Checks' }).waitFor();
      return await look(page);
    } finally {
      await browser.close();
      served.run.child.kill('SIGKILL');
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Milliseconds from the click on History until its rows are drawn. */
function opened(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const link = [...document.querySelectorAll<HTMLElement>('nav a')].at(-1)!;
        const start = performance.now();
        link.click();
        const look = () => {
          if (document.querySelector('tr[data-row]') === null) requestAnimationFrame(look);
          // After the frame that has them.
          else setTimeout(() => resolve(performance.now() - start));
        };
        look();
      }),
  );
}

export const historyOpens: Bench = {
  id: 'history',
  title: `from the click on History until ${countWord} reports are listed in Chromium, the median`,
  limit: 1000,
  unit: 'ms',
  run: () =>
    withManyReports(async (page) => {
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        times.push(await opened(page));
        await page.locator('nav a').first().click();
        await page.getByRole('heading', { name: 'Checks' }).waitFor();
      }
      return { value: middle(times), detail: `5 times; the first ${times[0]!.toFixed(0)} ms` };
    }),
};

export const historyScrolls: Bench = {
  id: 'history-scroll',
  title: `from frame to frame while ${countWord} reports are scrolled, 95th percentile; 60 frames a second have 16.7`,
  limit: 34,
  unit: 'ms',
  run: () =>
    withManyReports(async (page) => {
      await opened(page);
      const { frames, blank } = await page.evaluate(scrolled);
      return {
        value: at95(frames),
        detail: `${frames.length} frames of 400 px each, the median ${middle(frames).toFixed(1)} ms; ${blank} with rows missing`,
      };
    }),
};

/** In the page: scrolls on with each frame, as a wheel does that is turned fast. */
async function scrolled() {
  const list = document.querySelector('.history-rows')!;
  const frame = () => new Promise<number>(requestAnimationFrame);
  const frames: number[] = [];
  let blank = 0;
  let last = await frame();
  for (let step = 0; step < 300; step++) {
    list.scrollTop += 400;
    const now = await frame();
    frames.push(now - last);
    last = now;
    const { left, top, height } = list.getBoundingClientRect();
    const inTheMiddle = document.elementFromPoint(left + 60, top + height / 2);
    if (inTheMiddle?.closest('tr[data-row]') === null) blank += 1;
  }
  return { frames, blank };
}
