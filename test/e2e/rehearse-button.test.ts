import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src-main/contract/report.js';
import { askedRunSchema } from '../../src-main/contract/run-request.js';
import { tool } from '../../src-main/contract/tool.js';
import { heldReport } from '../fixtures/rehearsed-reports.js';
import { reportOf } from '../fixtures/report-parts.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { rehearsingRun } from '../fixtures/run-states.js';
import { cpuMachine, h100Machine, illH100Machine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { expectAccessibleAndPicture, pictures } from '../support/pictured.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

/** As this version makes it, so that it can be gone on from. */
const made = (report: Report) => reportOf({ ...report, tool });

const deskOf = (report: Report, machine = h100Machine()) =>
  new ScriptedDesk({
    'run/state': () => null,
    'machine/read': () => machine,
    'history/read': () => report,
    'run/start': () => ({ id: 'run-1' }),
    export: () => ({
      fileName: 'config.py',
      mediaType: 'text/plain',
      encoding: 'utf8',
      content: '# a config',
    }),
  });

describe.skipIf(chromiumAbsent)(`Rehearse beside the verdict${chromiumAbsent}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  it('asks once, says who is on the GPUs, and starts the same run on what was measured', async () => {
    const report = made(goWithChangesReport());
    // Two of the eight are at work.
    const desk = deskOf(report, { ...illH100Machine(), host: h100Machine().host });
    await withAppPage(browser, desk, `/report/${report.id}`, { bypassCSP: true }, async (page) => {
      const button = page.getByRole('button', { name: 'Rehearse …' });
      await expect.poll(() => button.isEnabled(), { timeout: 10_000 }).toBe(true);
      await expectAccessibleAndPicture(page, 'report-page-rehearse');
      await page.setViewportSize({ width: 1280, height: 800 });
      const starts = () => desk.asked.filter(({ channel }) => channel === 'run/start');
      await button.click();
      const dialog = page.getByRole('alertdialog', { name: 'Rehearse the recommended settings?' });
      await dialog.getByText(/holds it on GPU 0–7, for about 1 min 4\d s/).waitFor();
      await dialog
        .getByText(/^GPU \d: .*, process \d+, [\d.]+ GiB$/)
        .first()
        .waitFor();
      await page.screenshot({ path: join(pictures, 'rehearse-dialog.png') });
      await dialog.getByRole('button', { name: 'Not now' }).click();
      expect(starts()).toEqual([]);
      await button.click();
      await dialog.getByRole('button', { name: 'Rehearse' }).click();
      await page.getByRole('heading', { name: 'Run', level: 1 }).waitFor();
      expect(starts()).toHaveLength(1);
      expect(askedRunSchema.parse(starts()[0]!.ask)).toMatchObject({
        asked: { target: report.target },
        device: 'cuda',
        gpus: null,
        profile: 'standard',
        rehearse: true,
        goOnFrom: { id: report.id },
      });
    });
  });

  it('is told in Chinese', async () => {
    const report = made(heldReport());
    await withAppPage(browser, deskOf(report), `/report/${report.id}`, { locale: 'zh-CN' }, async (page) => {
      await page.getByRole('button', { name: '预演…' }).click();
      await page.getByText('目前没有已知的程序占用那里的显存。').waitFor();
      await page.keyboard.press('Escape');
      const section = page.getByRole('region', { name: '预演', exact: true });
      await section.screenshot({ path: join(pictures, 'rehearsal-zh.png') });
    });
  });

  it('says why it cannot be done from here', async () => {
    const report = made(goWithChangesReport());
    await withAppPage(browser, deskOf(report, cpuMachine()), `/report/${report.id}`, {}, async (page) => {
      await page.getByText('Not rehearsed from here: it is of another machine, lab-03.').waitFor();
      expect(await page.getByRole('button', { name: 'Rehearse …' }).isDisabled()).toBe(true);
    });
    const older = reportOf({ ...goWithChangesReport(), tool: { ...tool, version: '0.0.1' } });
    await withAppPage(browser, deskOf(older), `/report/${older.id}`, {}, async (page) => {
      await page.getByText('another version of Preflight made it').waitFor();
    });
    const desk = deskOf(report);
    await withAppPage(browser, desk, `/report/${report.id}`, {}, async (page) => {
      const button = page.getByRole('button', { name: 'Rehearse …' });
      await expect.poll(() => button.isEnabled()).toBe(true);
      desk.tell('run', { type: 'started', run: rehearsingRun() });
      await page.getByText('Not rehearsed from here: a run is under way').waitFor();
      expect(await button.isDisabled()).toBe(true);
    });
  });
});
