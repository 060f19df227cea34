import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { gridOfProbes, sweepingRun } from '../fixtures/run-states.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { pagesAddress, ScriptedDesk } from '../support/scripted-desk.js';
import { startServe } from '../support/served.js';
import type { Bench, Measured, Skipped } from './bench.js';
import { at95, middle } from './percentiles.js';

type Look = (page: Page, address: string) => Promise<Measured>;

/** Has the real `preflight serve` looked at in Chromium. */
async function served(look: Look): Promise<Measured | Skipped> {
  if (chromiumAbsent) return { skipped: 'no Chromium' };
  const home = mkdtempSync(join(tmpdir(), 'preflight-bench-pages-'));
  const server = await startServe(home);
  try {
    const address = `http://127.0.0.1:${server.port}/`;
    return await inBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const [name, value] = server.cookie.split(/=(.*)/s);
      await context.addCookies([{ name: name!, value: value!, url: address }]);
      return look(await context.newPage(), address);
    });
  } finally {
    server.run.child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}

async function inBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchChromium();
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** Milliseconds from the navigation to the first paint with content, and until its controls are there and the page is free. */
async function opened(page: Page, address: string): Promise<{ paint: number; interactive: number }> {
  await page.goto('about:blank');
  await page.goto(`${address}#/target`, { waitUntil: 'commit' });
  const interactive = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector('input[type=range]') === null) requestAnimationFrame(look);
          else setTimeout(() => resolve(performance.now()));
        };
        look();
      }),
  );
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
  );
  return { paint, interactive };
}

const rounds = 7;

/** The median over some openings of the page, the first of which the browser has not seen before. */
function openingOf(read: (times: { paint: number; interactive: number }) => number) {
  return () =>
    served(async (page, address) => {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) times.push(read(await opened(page, address)));
      return { value: middle(times), detail: `${rounds} times; the first ${times[0]!.toFixed(0)} ms` };
    });
}

export const firstPaint: Bench = {
  id: 'pages-paint',
  title: 'first contentful paint of the Target page from preflight serve, in Chromium, the median',
  limit: 500,
  unit: 'ms',
  run: openingOf(({ paint }) => paint),
};

export const interactive: Bench = {
  id: 'pages-interactive',
  title: 'until the controls of the Target page are there and a frame with them is done, the median',
  limit: 1000,
  unit: 'ms',
  run: openingOf((times) => times.interactive),
};

/** How long a page is busy with each step of a slider: from the input to the end of the frame that shows it. */
async function redraws(page: Page, name: string): Promise<number[]> {
  return page.getByRole('slider', { name }).evaluate(async (element) => {
    const slider = element as HTMLInputElement;
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    const times: number[] = [];
    const last = Number(slider.max);
    for (let step = 0; step < 120; step++) {
      // A triangle over the slider, so that every step is a move.
      const place = step % (2 * last) <= last ? step % (2 * last) : 2 * last - (step % (2 * last));
      await new Promise(requestAnimationFrame);
      const start = performance.now();
      set.call(slider, String(place));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      // Style and layout of what changed, as the frame would do them.
      document.body.getBoundingClientRect();
      times.push(performance.now() - start);
    }
    return times;
  });
}

export const redraw: Bench = {
  id: 'pages-redraw',
  title:
    'prediction, render and layout after a step of the batch’s slider on the Target page, 95th percentile',
  limit: 16,
  unit: 'ms',
  run: () =>
    served(async (page, address) => {
      await opened(page, address);
      await page.getByText('modelled, nothing was measured').waitFor();
      await redraws(page, 'Micro-batch');
      await page.waitForTimeout(3000);
      const times = await redraws(page, 'Micro-batch');
      return {
        value: at95(times),
        detail: `${times.length} steps, the median ${middle(times).toFixed(1)} ms`,
      };
    }),
};

export const gridFill: Bench = {
  id: 'pages-grid',
  title: 'longest that the Run page leaves a key press waiting while 2,500 points come in, 95th percentile',
  limit: 200,
  unit: 'ms',
  async run() {
    if (chromiumAbsent) return { skipped: 'no Chromium' };
    const desk = new ScriptedDesk({ 'run/state': () => ({ ...sweepingRun(), probes: [], samples: [] }) });
    return inBrowser(async (browser) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      await desk.attach(context);
      const page = await context.newPage();
      await page.goto(`${pagesAddress}/#/run`);
      await page.getByText('Point').first().waitFor();
      const waits = page.evaluate(async () => {
        const times: number[] = [];
        // Until all are there: how late a timer of 10 ms comes is how long a key press would have waited.
        while (document.querySelectorAll('.grid td[class*="heat-"]').length < 2500) {
          const start = performance.now();
          await new Promise((resolve) => setTimeout(resolve, 10));
          times.push(performance.now() - start - 10);
        }
        return times;
      });
      const probes = gridOfProbes(50, 50);
      for (let start = 0; start < probes.length; start += 10) {
        for (const probe of probes.slice(start, start + 10)) desk.tell('run', { type: 'probe', probe });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      const times = await waits;
      return {
        value: at95(times),
        detail: `the longest ${Math.max(...times).toFixed(0)} ms, the median ${middle(times).toFixed(0)} ms`,
      };
    });
  },
};
