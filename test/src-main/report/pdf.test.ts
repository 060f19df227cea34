import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { findChromium } from '../../../src-main/report/pdf/find-chromium.js';
import { printPdf } from '../../../src-main/report/pdf/print-pdf.js';
import { bucketReport } from '../../fixtures/bucket-report.js';
import { markedProcesses, markerName, until } from '../../support/processes.js';

const chromium = process.env.PREFLIGHT_CHROMIUM ?? '/usr/bin/chromium';
const lacks = [chromium, '/usr/bin/pdftotext'].filter((path) => !existsSync(path));
const absent = lacks.length === 0 ? '' : ` (skipped: no ${lacks.join(', ')})`;
const folder = mkdtempSync(join(tmpdir(), 'preflight-pdf-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const leftovers = () => readdirSync(tmpdir()).filter((name) => /^preflight-pdf-(?!test)/.test(name));

describe.skipIf(absent)(`a report as PDF${absent}`, () => {
  it('is printed with all of its sections, and leaves nothing behind', async () => {
    const before = leftovers();
    const pdf = await printPdf(renderHtml(bucketReport()), { chromium });
    expect(leftovers()).toEqual(before);
    const file = join(folder, 'report.pdf');
    writeFileSync(file, pdf);
    const { stdout } = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    for (const title of [
      'Go with changes',
      'Why',
      'Rehearsal',
      'Settings to paste',
      'Memory on each GPU',
      'What was not tested',
      'How to reproduce',
    ])
      expect(stdout).toContain(title);
    // Chromium's own head and foot would have the date and the path of the page.
    expect(stdout).not.toMatch(/file:\/\/|report\.html/);
  });
});

describe('a browser that prints nothing', () => {
  function browser(script: string): string {
    const path = join(folder, `browser-${Math.random().toString(36).slice(2)}`);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it.each([
    ['that fails', 'echo "no display" >&2; exit 3', /printed no PDF \(exit 3: no display\); name another/],
    ['that does nothing', 'exit 0', /printed no PDF \(exit 0\)/],
    ['that crashes', 'kill -SEGV $$', /printed no PDF \(SIGSEGV\)/],
  ])('%s is said in one line', async (_, script, says) => {
    const before = leftovers();
    const printed = printPdf('<p>', { chromium: browser(script) });
    await expect(printed).rejects.toThrow(UsageError);
    await expect(printed).rejects.toThrow(says);
    expect(leftovers()).toEqual(before);
  });

  it('is ended after its deadline with all its helpers', async () => {
    const marker = `pdf-${process.pid}`;
    const path = browser(`export ${markerName}=${marker}; sleep 600 & sleep 600`);
    await expect(printPdf('<p>', { chromium: path, deadlineSeconds: 1 })).rejects.toThrow(
      /nothing within 1 s/,
    );
    await until('no process is left', () => markedProcesses(marker).length === 0, 5000);
  });

  it('that is not there is said in one line', async () => {
    await expect(printPdf('<p>', { chromium: join(folder, 'none') })).rejects.toThrow(
      /printed no PDF \(spawn .*ENOENT/,
    );
  });
});

describe('finding a browser', () => {
  const having =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);

  it.each([
    ['linux', { PATH: '/a:/usr/bin:rel' }, '/usr/bin/chromium'],
    ['linux', { PATH: '' }, '/usr/bin/microsoft-edge'],
    ['darwin', { HOME: '/Users/x' }, '/Users/x/Applications/Chromium.app/Contents/MacOS/Chromium'],
    ['darwin', {}, '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
    ['win32', { 'ProgramFiles(x86)': 'C:\\P' }, 'C:\\P\\Microsoft\\Edge\\Application\\msedge.exe'],
    ['win32', { LOCALAPPDATA: 'C:\\L' }, 'C:\\L\\Google\\Chrome\\Application\\chrome.exe'],
  ] as const)('finds one on %s', (platform, env, path) => {
    expect(findChromium({ platform, env, isProgram: having(path) })).toBe(path);
  });

  it('takes Chrome before Chromium and Edge, and the one that is named before all', () => {
    const env = { PATH: '/usr/bin', PREFLIGHT_CHROMIUM: '/opt/mine' };
    const isProgram = having('/usr/bin/chromium', '/usr/bin/google-chrome', '/opt/mine');
    expect(findChromium({ platform: 'linux', env, isProgram })).toBe('/opt/mine');
    expect(findChromium({ platform: 'linux', env: { PATH: '/usr/bin' }, isProgram })).toBe(
      '/usr/bin/google-chrome',
    );
  });

  it('says in one line what to install, or that the named one is none', () => {
    const isProgram = () => false;
    const find =
      (platform: NodeJS.Platform, env = {}) =>
      () =>
        findChromium({ platform, env, isProgram });
    expect(find('linux')).toThrow(
      /no Chrome, Chromium or Edge was found: install one \(Debian: apt-get install chromium\), or name one by PREFLIGHT_CHROMIUM/,
    );
    expect(find('win32')).toThrow(UsageError);
    expect(find('darwin', { PREFLIGHT_CHROMIUM: '/no' })).toThrow(
      /PREFLIGHT_CHROMIUM names \/no, which is no program/,
    );
  });
});
