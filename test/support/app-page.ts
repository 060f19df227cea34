import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { pagesAddress, type ScriptedDesk } from './scripted-desk.js';

/** Shows one of the app's pages; the browser may complain of nothing while it is looked at. */
export async function withAppPage(
  browser: Browser,
  desk: ScriptedDesk,
  route: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await desk.attach(context);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${pagesAddress}/#${route}`);
  await look(page);
  expect(complaints).toEqual([]);
  await context.close();
}
