import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFindings } from './axe.js';

/** Where the end-to-end tests leave their pictures. */
export const pictures = join(import.meta.dirname, '..', 'e2e', 'out');

/** Holds a page, which bypasses its policy, to axe in both themes, and pictures it in both at both sizes. */
export async function expectAccessibleAndPicture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeFindings(page), colorScheme).toEqual([]);
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      const path = join(pictures, `${name}-${colorScheme}-${width}.png`);
      await page.screenshot({ path, fullPage: width === 1280 });
    }
  }
}
