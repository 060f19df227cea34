import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumAbsent } from '../support/chromium.js';
import { type Served, startServe } from '../support/served.js';
import { openServedPage, pageToken } from '../support/served-page.js';

// The pages over the real main side: a real server, its real sweeps on the CPU, in a real browser.

/** As little as the blocks take: a sweep of seconds. */
const tiny = {
  model: 'v1.2',
  task: 'train',
  latentFrames: 1,
  spatialTokens: 16,
  batch: 1,
  checkpointing: 'none',
};

describe.skipIf(chromiumAbsent)(
  `the pages of preflight serve${chromiumAbsent}`,
  { concurrent: false },
  () => {
    const home = mkdtempSync(join(tmpdir(), 'preflight-pages-'));
    let served: Served;
    let browser: Browser;
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      ({ served, browser, page, complaints } = await openServedPage(home));
    });
    afterAll(async () => {
      await browser?.close();
      served?.run.child.kill('SIGKILL');
      rmSync(home, { recursive: true, force: true });
    });

    const goTo = (name: string) => page.getByRole('link', { name, exact: true }).click();
    const openFiles = (files: Record<string, string>) =>
      page.locator('input[type=file]').setInputFiles(
        Object.entries(files).map(([name, text]) => ({
          name,
          mimeType: 'text/plain',
          buffer: Buffer.from(text),
        })),
      );
    const alert = () => page.getByRole('alert').first().textContent();

    async function startTinySweep(): Promise<void> {
      await goTo('Target');
      await openFiles({ 'tiny.json': JSON.stringify(tiny) });
      await page.getByRole('heading', { name: 'From tiny.json' }).waitFor();
      await page.getByRole('button', { name: /Device/ }).click();
      await page.getByRole('option', { name: /CPU/ }).click();
      await page.getByRole('button', { name: 'Start measuring' }).click();
      await page.getByRole('heading', { name: 'Run', level: 1 }).waitFor();
    }

    it('show the machine that they are served from', async () => {
      await page.getByRole('heading', { name: 'Machine', level: 1 }).waitFor();
      await page.getByText(hostname()).first().waitFor();
      await page.getByRole('heading', { name: 'Checks' }).waitFor();
      expect(complaints).toEqual([]);
    });

    it('predict a target, and answer it as plan does', async () => {
      await goTo('Target');
      await page.getByText('modelled, nothing was measured').waitFor();
      await page.getByText('The memory fits, with the reserve').waitFor();
      await page.getByRole('heading', { name: /^(Go|Go with changes|No-go|Inconclusive)$/ }).waitFor();
      expect(complaints).toEqual([]);
    });

    it('open Open-Sora’s own configs, with the file that they rest on', async () => {
      const folder = join(process.cwd(), 'test/fixtures/opensora/v2.0/train');
      const file = (name: string) => readFileSync(join(folder, name), 'utf8');
      await openFiles({ 'stage1.py': file('stage1.py') });
      await page.getByText('open that file together with it').waitFor();
      await openFiles({ 'image.py': file('image.py'), 'stage1.py': file('stage1.py') });
      await page.getByRole('heading', { name: 'From stage1.py' }).waitFor();
      await page.getByRole('button', { name: 'Back to the form' }).click();
      await page.getByRole('button', { name: /Open-Sora version/ }).waitFor();
    });

    it('run nothing of a hostile file, say what is wrong with it, and lose nothing', async () => {
      const mark = join(home, 'hostile-was-here');
      await page.getByRole('textbox', { name: 'Frames' }).fill('65');
      await openFiles({
        'evil.py': `__import__('os').system('touch ${mark}')\nnum_frames = __import__('os')`,
      });
      await page.getByRole('alert').first().waitFor();
      expect(await alert()).toMatch(/evil\.py/);
      await openFiles({ 'cut.json': '{"model": "v2' });
      await expect.poll(alert).toMatch(/cut\.json/);
      await openFiles({ 'huge.json': 'x'.repeat(2 ** 21) });
      await expect.poll(alert).toMatch(/larger than 1 MiB/);
      expect(existsSync(mark)).toBe(false);
      expect(await page.getByRole('textbox', { name: 'Frames' }).inputValue()).toBe('65');
    });

    it('measure a target to its end and its verdict; a reload in the middle loses nothing', async () => {
      await startTinySweep();
      const cells = page.locator('.grid td.cell b');
      await cells.first().waitFor({ timeout: 150_000 });
      await page.reload();
      await cells.first().waitFor();
      await page.getByRole('link', { name: 'Open the report' }).waitFor({ timeout: 200_000 });
      await page.getByRole('heading', { name: /^(Go|Go with changes|No-go|Inconclusive)$/ }).waitFor();
      await page.getByText('Done').first().waitFor();
      expect(complaints).toEqual([]);
    }, 400_000);

    it('show the report of what was measured, and read it anew after a reload', async () => {
      await page.getByRole('link', { name: 'Open the report' }).click();
      await page.getByRole('heading', { name: 'Report', level: 1 }).waitFor();
      await page.reload();
      const probes = page.getByRole('region', { name: 'Table of probes' }).locator('tbody tr:not(.group)');
      await expect.poll(() => probes.count()).toBe(4);
      await page.getByText('preflight run --config').first().waitFor();
    });

    it('end a sweep in the middle, and keep what was measured', async () => {
      await startTinySweep();
      await page.locator('.grid td.cell b').first().waitFor({ timeout: 150_000 });
      await page.getByRole('button', { name: 'Cancel …' }).click();
      await page.getByRole('button', { name: 'Cancel the sweep' }).click();
      await page.getByText('Cancelled: what was measured is kept').waitFor({ timeout: 30_000 });
      expect(await page.locator('.grid td.cell b').count()).toBeGreaterThan(0);
      await page.getByRole('link', { name: 'Open the report' }).waitFor();
      expect(complaints).toEqual([]);
    }, 250_000);

    it('compare both runs, of the one that was cancelled what it has', async () => {
      await goTo('History');
      const rows = page.locator('tr[data-row]');
      await expect.poll(() => rows.count()).toBe(2);
      await rows.filter({ hasText: 'cancelled' }).waitFor();
      for (const row of await rows.all()) await row.getByRole('checkbox').click();
      await page.getByRole('button', { name: 'Compare 2' }).click();
      const pair = page.getByRole('region', { name: 'B against A', exact: true });
      await pair.getByText(/common points?; only in A: \d+, only in B: \d+/).waitFor();
      await pair.getByText('The machines are alike in all that was read.').waitFor();
      expect(complaints).toEqual([]);
    });

    it('say that the server is gone, and go on by themselves once it is back', async () => {
      await goTo('Run');
      served.run.child.kill('SIGKILL');
      await page.getByText('not connected').waitFor();
      served = await startServe(home, { PREFLIGHT_TOKEN: pageToken }, ['--port', String(served.port)]);
      await page.getByText('not connected').waitFor({ state: 'detached', timeout: 30_000 });
      await page.getByText('No sweep was started yet').waitFor();
    }, 120_000);
  },
);
