import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../src-main/contract/machine.js';
import { taughtLessons } from '../fixtures/lessons.js';
import { cpuMachine, h100Machine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { expectAccessibleAndPicture, pictures } from '../support/pictured.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

const machines: Record<string, () => Machine> = { h100: h100Machine, cpu: cpuMachine };

const deskOf = (machine: Machine) =>
  new ScriptedDesk({
    'machine/read': () => machine,
    'run/state': () => null,
    'lessons/list': () => ({ lessons: [], broken: [] }),
  });

describe.skipIf(chromiumAbsent)(`the Machine page in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  it.each(Object.keys(machines))(
    '%s: is accessible and pictured, in light and dark, in both languages',
    async (name) => {
      const desk = deskOf(machines[name]!());
      await withAppPage(browser, desk, '/machine', { bypassCSP: true }, async (page) => {
        await page.getByRole('heading', { name: 'Checks' }).waitFor();
        await expectAccessibleAndPicture(page, `machine-${name}`);
      });
      await withAppPage(browser, desk, '/machine', { locale: 'zh-CN' }, async (page) => {
        await page.getByRole('heading', { name: '检查' }).waitFor();
        expect(await page.title()).toContain('机器');
        await page.screenshot({ path: join(pictures, `machine-${name}-zh.png`) });
      });
    },
  );

  it('keeps its policy, shows readings as they come, and says when the connection is lost until it is back', async () => {
    const machine = h100Machine();
    const desk = deskOf(machine);
    await withAppPage(browser, desk, '/machine', {}, async (page) => {
      const first = page.getByRole('region', { name: 'GPU 0' });
      await first.getByText('79.1 GiB').waitFor();
      const [gpu] = machine.gpus;
      const full = { ...gpu!, memory: { ...gpu!.memory, freeBytes: 12 * 2 ** 30 } };
      const live = (freeBytes: number) => ({
        at: '2026-11-25T20:00:00.000Z',
        gpus: [{ ...full, memory: { ...full.memory, freeBytes } }, ...machine.gpus.slice(1)],
        hostFreeBytes: 2 ** 33,
      });
      desk.tell('machine/live', live(12 * 2 ** 30));
      await first.getByText('12.0 GiB').waitFor();
      await desk.goAway();
      await page.getByText('not connected').waitFor();
      expect(await first.getByText('12.0 GiB').count()).toBe(1);
      desk.comeBack();
      await page.getByText('not connected').waitFor({ state: 'detached' });
      desk.tell('machine/live', live(3 * 2 ** 30));
      await first.getByText('3.0 GiB').waitFor();
    });
  });

  it('shows what rehearsals taught, and forgets it only once that was confirmed', async () => {
    let lessons = taughtLessons();
    const desk = new ScriptedDesk({
      'machine/read': h100Machine,
      'run/state': () => null,
      'lessons/list': () => ({ lessons, broken: [] }),
      'lessons/forget': () => {
        lessons = [];
        return {};
      },
    });
    await withAppPage(browser, desk, '/machine', { bypassCSP: true }, async (page) => {
      const card = page.getByRole('region', { name: 'What rehearsals of this machine taught' });
      await card.getByRole('row', { name: /v2\.0 train, bf16.*Open-Sora.*× 0\.995.*× 1\.021/ }).waitFor();
      await card.getByText('no probe of this shape was timed').waitFor();
      await expectAccessibleAndPicture(page, 'machine-lessons');
      await page.setViewportSize({ width: 390, height: 800 });
      await card.screenshot({ path: join(pictures, 'machine-lessons-390.png') });
      await card.getByRole('button', { name: 'Reset …' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Forget what rehearsals taught?' });
      await dialog.getByRole('button', { name: 'Keep it' }).click();
      expect(lessons).toHaveLength(3);
      await card.getByRole('button', { name: 'Reset …' }).click();
      await dialog.getByRole('button', { name: 'Forget it' }).click();
      await card.waitFor({ state: 'detached' });
      expect(lessons).toEqual([]);
    });
  });

  it('remembers the language and the appearance that were chosen, over a reload', async () => {
    await withAppPage(browser, deskOf(cpuMachine()), '/machine', {}, async (page) => {
      await page.getByRole('button', { name: /Appearance/ }).click();
      await page.getByRole('option', { name: 'Dark' }).click();
      await page.getByRole('button', { name: /Language/ }).click();
      await page.getByRole('option', { name: '简体中文' }).click();
      await page.getByRole('heading', { name: '检查' }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name: '检查' }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
        'rgb(14, 17, 22)',
      );
    });
  });
});
