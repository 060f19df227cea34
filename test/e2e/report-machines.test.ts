import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../src-main/contract/machine.js';
import { renderHtml } from '../../src-main/report/html.js';
import { renderMachine } from '../../src-main/report/terminal-machine.js';
import { cellsOf } from '../../src-main/report/text-layout.js';
import { payload } from '../fixtures/hostile-report.js';
import { goWithChangesReport } from '../fixtures/reports.js';
import {
  cpuMachine,
  h100Machine,
  illH100Machine,
  laptopMachine,
  migMachine,
  notSupportedMachine,
  rtx4090Machine,
} from '../fixtures/sample-machines.js';
import { axeFindings } from '../support/axe.js';
import { chromiumAbsent, launchChromium, withFile } from '../support/chromium.js';

const out = join(import.meta.dirname, 'out');

/** A machine in which every name that a device or another's process gives is hostile. */
function hostileMachine(): Machine {
  const machine = illH100Machine();
  for (const gpu of machine.gpus) {
    gpu.name = payload;
    gpu.uuid = payload;
    if (!('unavailable' in gpu.processes)) for (const process of gpu.processes) process.name = payload;
  }
  const cut = migMachine().gpus[0]!;
  if (!('unavailable' in cut.detail) && !('unavailable' in cut.detail.mig.instances))
    for (const instance of cut.detail.mig.instances) instance.name = payload;
  machine.gpus.push({ ...cut, name: payload });
  machine.host.hostname = payload;
  machine.disagreements[0]!.sources[payload] = payload;
  return machine;
}

const machines: Record<string, Machine> = {
  h100: h100Machine(),
  'h100-ill': illH100Machine(),
  rtx4090: rtx4090Machine(),
  mig: migMachine(),
  laptop: laptopMachine(),
  'not-supported': notSupportedMachine(),
  'no-gpu': cpuMachine(),
  hostile: hostileMachine(),
};
const names = Object.keys(machines);

describe.skipIf(chromiumAbsent)(`machines in report.html in Chromium${chromiumAbsent}`, () => {
  let browser: Browser;
  const fileOf = (name: string) => join(out, `machine-of-report-${name}.html`);

  beforeAll(async () => {
    await mkdir(out, { recursive: true });
    browser = await launchChromium();
    // The machine alone: no probes, whose tables have tests of their own.
    const report = { ...goWithChangesReport(), probes: [] };
    for (const [name, machine] of Object.entries(machines))
      await writeFile(fileOf(name), renderHtml({ ...report, machine }));
  });
  afterAll(async () => browser?.close());

  it.each(names)('%s: is accessible in light and dark, and never scrolls sideways', async (name) => {
    await withFile(browser, fileOf(name), { bypassCSP: true }, async (page) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await axeFindings(page), colorScheme).toEqual([]);
      }
      for (const width of [390, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const [needed, there] = await page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          return [scrollWidth, clientWidth] as const;
        });
        expect(needed, `at ${width}`).toBeLessThanOrEqual(there);
      }
      // On a narrow screen what scrolls on its own has to be reached by keyboard.
      await page.setViewportSize({ width: 390, height: 800 });
      const ours = /aria-labelledby="(checks|disagreements|machine|links|rates|system)"|class="wide"/;
      expect((await axeFindings(page)).filter((finding) => ours.test(finding))).toEqual([]);
    });
  });

  it('shows what a device calls itself as text, and prints it so', async () => {
    await withFile(browser, fileOf('hostile'), {}, async (page) => {
      expect(await page.locator('script, img, [onload], [onerror]').count()).toBe(0);
      const card = page.locator('section[aria-labelledby="machine"]');
      expect(await card.textContent()).toContain('<script>alert(1)</script>');
    });
    const terminal = renderMachine(machines.hostile!);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
    expect(terminal).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(terminal.split('\n').filter((line) => cellsOf(line) > 80)).toEqual([]);
  });

  it('has every figure of a picture in a table or a list of the same section', async () => {
    for (const name of ['h100-ill', 'rtx4090', 'mig', 'laptop']) {
      await withFile(browser, fileOf(name), {}, async (page) => {
        const lost = await page.evaluate(() =>
          [...document.querySelectorAll('#links, #machine')].flatMap((heading) => {
            const card = heading.closest('.card')!;
            const told = [...card.querySelectorAll('table, dl, p')].map((each) => each.textContent).join(' ');
            return [...card.querySelectorAll('svg[role="img"] text')]
              .flatMap((text) => text.textContent.match(/\d+/g) ?? [])
              .filter((number) => !told.includes(number));
          }),
        );
        expect(lost, name).toEqual([]);
      });
    }
  });

  // For people to look at.
  it.each(['h100-ill', 'mig', 'laptop'])(
    '%s: is pictured narrow, wide and dark, and printed',
    async (name) => {
      await withFile(browser, fileOf(name), {}, async (page) => {
        for (const [width, colorScheme] of [
          [390, 'light'],
          [1280, 'light'],
          [1920, 'dark'],
        ] as const) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 800 });
          await page.screenshot({
            path: join(out, `machine-of-report-${name}-${colorScheme}-${width}.png`),
            fullPage: true,
          });
        }
        await page.pdf({ path: join(out, `machine-of-report-${name}.pdf`), preferCSSPageSize: true });
      });
    },
  );
});
