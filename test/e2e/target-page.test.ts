import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseBlock } from '../../models/blocks/analyse.js';
import type { Ask } from '../../src-main/contract/channels.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { cpuMachine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { expectAccessibleAndPicture, pictures } from '../support/pictured.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

const analyse = remembered(analyseBlock);

const desk = () =>
  new ScriptedDesk({
    'machine/read': cpuMachine,
    'run/state': () => null,
    'target/analyse': ({ shapes }) => shapes.map(analyse),
    'target/plan': () => goWithChangesReport(),
    'run/start': () => ({ id: 'run-1' }),
  });

describe.skipIf(chromiumAbsent)(`the Target page in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  const predicted = (page: Page) => page.getByRole('region', { name: /Predicted/ });

  it('is accessible and pictured, in light and dark, in both languages', async () => {
    await withAppPage(browser, desk(), '/target', { bypassCSP: true }, async (page) => {
      await predicted(page).getByText('modelled, nothing was measured').waitFor();
      await page.getByRole('heading', { name: 'Go with changes' }).waitFor();
      await expectAccessibleAndPicture(page, 'target');
    });
  });

  it('moves what is predicted with a control, without a question for a batch of a shape that is known', async () => {
    const scripted = desk();
    await withAppPage(browser, scripted, '/target', {}, async (page) => {
      const peak = () => predicted(page).locator('dd b').first().textContent();
      await predicted(page).getByText('modelled, nothing was measured').waitFor();
      await page.waitForTimeout(2000);
      const [before, shapes] = [await peak(), analysed(scripted)];
      await page.getByRole('slider', { name: 'Micro-batch' }).press('ArrowRight');
      await page.getByRole('slider', { name: 'Micro-batch' }).press('ArrowRight');
      expect(await page.getByRole('textbox', { name: 'Micro-batch' }).inputValue()).toBe('3');
      expect(Number.parseFloat((await peak())!)).toBeGreaterThan(Number.parseFloat(before!));
      await page.getByRole('slider', { name: 'GPUs in all' }).press('ArrowRight');
      expect(await predicted(page).getByText('modelled, nothing was measured').count()).toBe(1);
      expect(analysed(scripted)).toBe(shapes);
    });
  });

  it('says what is wrong beside its field and keeps what was typed, over a reload as well', async () => {
    await withAppPage(browser, desk(), '/target', {}, async (page) => {
      const frames = page.getByRole('textbox', { name: 'Frames' });
      await frames.fill('130');
      const said = page.getByText('the nearest are 129 and 133');
      await said.waitFor();
      expect(await frames.getAttribute('aria-invalid')).toBe('true');
      await predicted(page).getByText('these cannot run').waitFor();
      // The verdict before is no verdict about these.
      await page.locator('.plan.stale').getByText('these cannot run').waitFor();
      await page.reload();
      await said.waitFor();
      expect(await frames.inputValue()).toBe('130');
      await frames.fill('129');
      await said.waitFor({ state: 'detached' });
      await page.locator('.plan:not(.stale)').waitFor();
      await page.getByRole('textbox', { name: 'Or so much memory' }).fill('24');
      await page.locator('.plan.stale').getByText('these cannot run').waitFor();
      expect(await page.getByRole('button', { name: 'Start measuring' }).isDisabled()).toBe(true);
    });
  });

  it('reads on a phone, and zoomed in to twice the size: one column, nothing beyond the edge', async () => {
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 640, height: 400 },
    ])
      await withAppPage(browser, desk(), '/target', { viewport }, async (page) => {
        const verdict = page.locator('.verdict .headline');
        await verdict.waitFor();
        expect((await verdict.boundingBox())!.width).toBeGreaterThan(viewport.width * 0.7);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide).toBeLessThanOrEqual(0);
      });
  });

  it('asks for a rehearsal after the verdict where that is wanted', async () => {
    const scripted = desk();
    await withAppPage(browser, scripted, '/target', { bypassCSP: true }, async (page) => {
      const command = page.getByRole('region', { name: 'Measure on this machine' }).locator('pre');
      await page.getByText('Rehearse after the verdict').click();
      await expect.poll(() => command.textContent()).toMatch(/ --profile quick --rehearse$/);
      await expectAccessibleAndPicture(page, 'target-rehearse');
      await page.getByRole('button', { name: 'Start measuring' }).click();
      await expect
        .poll(() => scripted.asked.find(({ channel }) => channel === 'run/start')?.ask)
        .toMatchObject({ rehearse: true, profile: 'quick' });
    });
  });

  it('offers what another version has, and can be judged for other GPUs and for a memory', async () => {
    await withAppPage(browser, desk(), '/target', {}, async (page) => {
      await page.getByRole('button', { name: /Open-Sora version/ }).click();
      await page.getByRole('option', { name: 'v1.2' }).click();
      expect(await page.getByRole('button', { name: /Tensor parallel/ }).count()).toBe(0);
      await page.getByRole('textbox', { name: 'Or so much memory' }).fill('8GiB');
      await page.getByText('The memory does not fit').waitFor();
      await page.getByRole('textbox', { name: 'Or so much memory' }).fill('8 bananas');
      await page.getByText('has an unknown unit').waitFor();
      await page.getByText('No GPU to hold it against').waitFor();
    });
  });
});

/** How often shapes of the page's first target were asked for; what its neighbours need is fetched meanwhile. */
function analysed({ asked }: ScriptedDesk): number {
  const [bucket] = resolveTarget({ model: 'v2.0', task: 'train', resolution: '256px', frames: 129 }).buckets;
  return asked
    .filter(({ channel }) => channel === 'target/analyse')
    .flatMap(({ ask }) => (ask as Ask<'target/analyse'>).shapes)
    .filter(({ latentFrames, rows }) => latentFrames === bucket!.latentFrames && rows === bucket!.rows)
    .length;
}
