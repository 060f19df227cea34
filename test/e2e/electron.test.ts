import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electronBinary } from '../../scripts/lib/electron-binary.mjs';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { builtMain } from '../support/built.js';
import { until } from '../support/processes.js';

// The desktop in the real Electron: run wherever its binary is (`npm start` fetches it). Not run yet: see docs/desktop.md.

const root = join(import.meta.dirname, '../..');
const executablePath: string | undefined = electronBinary(root);
const absent = !executablePath
  ? " (skipped: Electron's binary is not here, see docs/desktop.md)"
  : process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY
    ? ' (skipped: no display; try xvfb-run)'
    : process.getuid?.() === 0
      ? ' (skipped: Electron does not run as root within its sandbox)'
      : '';

describe.skipIf(absent)(`the desktop in Electron${absent}`, () => {
  let home: string;
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'preflight-electron-'));
    app = await _electron.launch({
      executablePath: executablePath!,
      args: [join(await builtMain(), 'electron.js'), `--user-data-dir=${join(home, 'user')}`],
      env: { ...(process.env as Record<string, string>), PREFLIGHT_HOME: home },
    });
    page = await app.firstWindow();
  });
  afterAll(async () => {
    await app?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('shows its pages by its own scheme, with nothing of Node', async () => {
    await page.waitForSelector('h1');
    expect(page.url()).toMatch(/^app:\/\/preflight\/index\.html/);
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis),
      ),
    ).toEqual([]);
    expect(
      await page.evaluate(() => Object.keys((window as never as { preflight: object }).preflight).sort()),
    ).toEqual(['receive', 'send']);
  });

  it('goes nowhere, opens nothing, and reaches no network', async () => {
    const before = page.url();
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => {
      location.href = 'file:///etc/passwd';
    });
    expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
    const failed = (url: string) =>
      page.evaluate(
        (to) =>
          fetch(to).then(
            () => false,
            () => true,
          ),
        url,
      );
    expect(await failed('https://example.com/')).toBe(true);
    expect(await failed('app://preflight/..%2fmain%2felectron.js')).toBe(true);
    expect(
      await page.evaluate(() =>
        navigator.permissions.query({ name: 'geolocation' }).then(({ state }) => state),
      ),
    ).toBe('denied');
    await expect(page.evaluate('eval("1")')).rejects.toThrow();
    expect(page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
  });

  it('opens a target by its menu, and measures it on the CPU in utility processes', async () => {
    const target = resolveTarget({
      ...{
        model: 'v1.2',
        task: 'train',
        batch: 1,
        latentFrames: 1,
        spatialTokens: 16,
        checkpointing: 'none',
      },
    });
    const file = join(home, 'small.json');
    writeFileSync(file, JSON.stringify(target));
    await app.evaluate(({ dialog, Menu }, path) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] });
      const items = Menu.getApplicationMenu()!.items.flatMap(({ submenu }) => submenu?.items ?? []);
      items.find(({ accelerator }) => accelerator === 'CmdOrCtrl+Shift+O')!.click();
    }, file);
    await page.getByText('small.json').waitFor();
    await page.getByRole('button', { name: /^Start measuring|^开始测量/ }).click();
    const reports = () =>
      existsSync(join(home, 'runs'))
        ? readdirSync(join(home, 'runs')).filter((name) =>
            existsSync(join(home, 'runs', name, 'report.json')),
          )
        : [];
    await until('the report is written', () => reports().length === 1, 280_000);
  }, 300_000);
});
