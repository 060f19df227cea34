import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const chromiumPath = process.env.PREFLIGHT_CHROMIUM ?? '/usr/bin/chromium';

/** For the title of what is skipped; empty where there is a Chromium. */
export const chromiumAbsent = existsSync(chromiumPath) ? '' : ` (skipped: no Chromium at ${chromiumPath})`;

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** Opens a file in a page of its own, which must say nothing, fail nowhere, ask for nothing and load nothing else. */
export async function withFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== page.url() && page.url() !== 'about:blank')
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await look(page);
  expect(complaints).toEqual([]);
  await context.close();
}
