import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { type Served, startServe } from './served.js';

/** Survives a restart of the server, and with it the cookie. */
export const pageToken = 'a-token-of-the-tests-that-is-long-enough-to-be-one';

export interface ServedPage {
  served: Served;
  browser: Browser;
  page: Page;
  /** All that the browser complained of since. */
  complaints: string[];
}

/** A real `preflight serve` over a home, and its first page in a real browser. */
export async function openServedPage(home: string, options: BrowserContextOptions = {}): Promise<ServedPage> {
  const [served, browser] = await Promise.all([
    startServe(home, { PREFLIGHT_TOKEN: pageToken }),
    launchChromium(),
  ]);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(`http://127.0.0.1:${served.port}/?token=${pageToken}`);
  return { served, browser, page, complaints };
}
