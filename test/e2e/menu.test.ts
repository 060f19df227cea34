import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyseBlock } from '../../models/blocks/analyse.js';
import { openedTarget } from '../../src-main/desk/asked-target.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import { cpuMachine } from '../fixtures/sample-machines.js';
import { withAppPage } from '../support/app-page.js';
import { chromiumAbsent, launchChromium } from '../support/chromium.js';
import { ScriptedDesk } from '../support/scripted-desk.js';

// What the pages make of a choice in the desktop's menu.

const analyse = remembered(analyseBlock);
const desk = () =>
  new ScriptedDesk({
    'machine/read': cpuMachine,
    'run/state': () => null,
    'target/analyse': ({ shapes }) => shapes.map(analyse),
    'target/plan': () => goWithChangesReport(),
    'target/open': async ({ beside = [], ...file }) => openedTarget(file, beside),
  });

describe.skipIf(chromiumAbsent)(`the desktop's menu in the pages${chromiumAbsent}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());

  it('goes to a page', async () => {
    const scripted = desk();
    await withAppPage(browser, scripted, '/machine', {}, async (page) => {
      await page.getByRole('heading', { level: 1, name: 'Machine' }).waitFor();
      scripted.tell('menu', { type: 'go', page: 'target' });
      await page.getByRole('heading', { level: 1, name: 'Target' }).waitFor();
    });
  });

  it('opens a config with its base, from another page and on its own, and says what is wrong with one', async () => {
    const scripted = desk();
    const base = {
      name: 'base.py',
      text: 'model = dict(type="STDiT3-XL/2")\nnum_frames = 51\nresolution = "144p"\n',
    };
    await withAppPage(browser, scripted, '/machine', {}, async (page) => {
      await page.getByRole('heading', { level: 1, name: 'Machine' }).waitFor();
      const run = {
        name: 'run.py',
        text: '_base_ = ["base.py"]\nbatch_size = 1\naspect_ratio = "9:16"\nnum_sampling_steps = 30\nprompt = ["x"]\nscheduler = dict(type="rflow")\nsave_dir = "x"\n',
      };
      scripted.tell('menu', { type: 'open', kind: 'config', files: [run, base] });
      await page.getByText('run.py').first().waitFor();
      expect(scripted.asked.filter(({ channel }) => channel === 'target/open')).toEqual([
        { channel: 'target/open', ask: { ...run, beside: [base] } },
      ]);
      const hostile = { name: 'hostile.py', text: "__import__('os').system('touch /tmp/owned')" };
      scripted.tell('menu', { type: 'open', kind: 'config', files: [hostile] });
      await page.getByText(/hostile\.py/).waitFor();
      // The one before is still there.
      await page.getByText('run.py').first().waitFor();
    });
  });
});
