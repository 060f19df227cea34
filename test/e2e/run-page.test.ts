import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunState } from '../../src-main/contract/run-state.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { gridOfProbes, rehearsingRun, sweepingRun } from '../fixtures/run-states.js';
import { cpuMachine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { expectAccessibleAndPicture, pictures } from '../support/pictured.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

const deskOf = (run: RunState | null) =>
  new ScriptedDesk({
    'run/state': () => run,
    'machine/read': cpuMachine,
    'run/cancel': () => ({}),
    'history/read': goWithChangesReport,
  });

describe.skipIf(chromiumAbsent)(`the Run page in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  it('is accessible and pictured, in light and dark, in both languages', async () => {
    const desk = deskOf(sweepingRun());
    await withAppPage(browser, desk, '/run', { bypassCSP: true }, async (page) => {
      await page.getByText('Point').first().waitFor();
      await expectAccessibleAndPicture(page, 'run');
    });
    await withAppPage(browser, desk, '/run', { locale: 'zh-CN' }, async (page) => {
      await page.getByText('正在测量').first().waitFor();
      await page.screenshot({ path: join(pictures, 'run-zh.png'), fullPage: true });
    });
  });

  it('shows a rehearsal: attempt, stage, steps and time left; its bar, and the strip on other pages', async () => {
    const desk = deskOf(rehearsingRun());
    await withAppPage(browser, desk, '/run', { bypassCSP: true }, async (page) => {
      const line = 'Attempt 2, 3 of 20 steps, about 31.0 s left';
      await page.getByText(line).waitFor();
      const bar = page.getByRole('progressbar');
      expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['3', '20']);
      await expectAccessibleAndPicture(page, 'run-rehearsing');
      await page.getByRole('button', { name: 'Cancel …' }).click();
      await page.getByRole('button', { name: 'Go on rehearsing' }).click();
      const at = { attempt: 2, stage: 'margin', step: 20, steps: 20, secondsLeft: null } as const;
      desk.tell('run', { type: 'rehearsal', rehearsal: at });
      await page.getByText('Attempt 2, Looking for the margin').waitFor();
      await page.getByRole('link', { name: 'Machine' }).click();
      await page.getByRole('region', { name: 'Run under way' }).getByText('Looking for the margin').waitFor();
    });
    await withAppPage(browser, desk, '/run', { locale: 'zh-CN' }, async (page) => {
      await page.getByText('第 2 次尝试，已完成 3 步，最多 20 步，大约还需 31.0 s').waitFor();
    });
  });

  it('says what to do where nothing was measured yet', async () => {
    await withAppPage(browser, deskOf(null), '/run', {}, async (page) => {
      await page.getByRole('link', { name: 'Choose a target' }).click();
      await page.getByRole('heading', { name: 'Target', level: 1 }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    });
  });

  it('shows points, failures with their cause, and the end, as they come; other pages show the sweep too', async () => {
    const run = { ...sweepingRun(), probes: [], samples: [] };
    const desk = deskOf(run);
    await withAppPage(browser, desk, '/machine', {}, async (page) => {
      await page.getByRole('link', { name: 'Show the run' }).click();
      const [first] = sweepingRun().probes;
      desk.tell('run', { type: 'probe', probe: first! });
      await page.getByRole('table', { name: /Double-stream block/ }).waitFor();
      desk.tell('run', {
        type: 'probe',
        probe: {
          ...first!,
          status: 'crashed',
          cause: 'the driver was lost',
          memory: { unavailable: 'x' },
          time: { unavailable: 'x' },
        },
      });
      await page.getByText('the driver was lost').waitFor();
      desk.tell('run', { type: 'ended', phase: 'done', reportId: 'r-1' });
      await page.getByRole('heading', { name: 'Go with changes' }).waitFor();
      await page.getByRole('link', { name: 'Open the report' }).waitFor();
      expect(await page.getByText('the driver was lost').count()).toBe(1);
      expect(await page.getByRole('button', { name: 'Cancel …' }).count()).toBe(0);
    });
  });

  it('asks before it cancels, by keyboard as well', async () => {
    const desk = deskOf(sweepingRun());
    await withAppPage(browser, desk, '/run', {}, async (page) => {
      const cancel = page.getByRole('button', { name: 'Cancel …' });
      await cancel.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('alertdialog', { name: 'Cancel the sweep?' });
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      const cancels = () => desk.asked.filter(({ channel }) => channel === 'run/cancel');
      expect(cancels()).toEqual([]);
      await cancel.click();
      await dialog.getByRole('button', { name: 'Cancel the sweep' }).click();
      await expect.poll(cancels).toEqual([{ channel: 'run/cancel', ask: { id: 'run-1' } }]);
      desk.tell('run', { type: 'cancelling' });
      await page.getByText('Ending').waitFor();
    });
  });

  it('fills a grid of 2,500 points', async () => {
    const desk = deskOf({ ...sweepingRun(), probes: [] });
    await withAppPage(browser, desk, '/run', {}, async (page) => {
      await page.getByText('Point').first().waitFor();
      for (const probe of gridOfProbes(50, 50)) desk.tell('run', { type: 'probe', probe });
      const filled = page.locator('.grid td[class*="heat-"]');
      await expect.poll(() => filled.count(), { timeout: 30_000 }).toBe(2500);
      await page.screenshot({ path: join(pictures, 'run-2500.png') });
    });
  });
});
