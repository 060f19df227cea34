import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

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
