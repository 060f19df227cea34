import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { electronBinary, ensureElectron } from '../../scripts/lib/electron-binary.mjs';

// Electron's package is played by a folder with an installer of the test's own.
let root: string;
const folder = () => join(root, 'node_modules', 'electron');
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'preflight-electron-'));
  mkdirSync(folder(), { recursive: true });
  mkdirSync(join(root, 'out'));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});
const installer = (code: string) => writeFileSync(join(folder(), 'install.js'), code);
const fetching = `const fs = require('fs'); fs.mkdirSync(__dirname + '/dist'); fs.writeFileSync(__dirname + '/dist/electron', '');
  fs.appendFileSync(__dirname + '/times', 'x'); fs.writeFileSync(__dirname + '/path.txt', 'electron');`;

describe("Electron's binary", () => {
  it('is fetched once, by its own installer', async () => {
    installer(fetching);
    expect(electronBinary(root, {})).toBeUndefined();
    const expected = join(folder(), 'dist', 'electron');
    expect(await Promise.all([ensureElectron(root, {}), ensureElectron(root, {})])).toEqual([
      expected,
      expected,
    ]);
    expect(await ensureElectron(root, {})).toBe(expected);
    expect(readFileSync(join(folder(), 'times'), 'utf8')).toBe('x');
    expect(existsSync(join(root, 'out', '.electron.lock'))).toBe(false);
  });

  it('may lie elsewhere', async () => {
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'electron'), '');
    installer('process.exit(1)');
    expect(await ensureElectron(root, { ELECTRON_OVERRIDE_DIST_PATH: elsewhere })).toBe(
      join(elsewhere, 'electron'),
    );
  });

  it.each([
    [
      'a network that is not there',
      "console.error('TypeError: fetch failed\\n    at x:1:1'); process.exit(1)",
      /\(fetch failed\)/,
    ],
    ['a word of its own', "console.error('no space left'); process.exit(1)", /\(no space left\)/],
    ['nothing', '', /its installer left nothing/],
  ])('that is not to be had by %s ends in one line that says what to do', async (_name, code, reason) => {
    installer(code);
    const failed = ensureElectron(root, {});
    await expect(failed).rejects.toMatchObject({
      name: 'SetupError',
      message: expect.stringMatching(reason),
    });
    const { message } = await failed.catch((error: Error) => error);
    expect(message).not.toContain('\n');
    for (const words of ['ELECTRON_MIRROR', 'ELECTRON_OVERRIDE_DIST_PATH', 'preflight -- serve'])
      expect(message).toContain(words);
  });
});
