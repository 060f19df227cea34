import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, posix, win32 } from 'node:path';
import { UsageError } from '../../contract/usage-error.js';

// Not chrome-launcher 1.2: it knows neither Edge nor, on macOS, Chromium, so that half of this list would stay. Not
// @puppeteer/browsers: it needs Node 22, and knows paths of Chrome alone.

/** Names a browser; the tests take the same one. */
const variable = 'PREFLIGHT_CHROMIUM';

const programs = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'microsoft-edge-stable',
  'microsoft-edge',
];
const macApplications = ['Google Chrome', 'Chromium', 'Microsoft Edge'];
const windowsPrograms = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
];

/** Where it is looked for: the system, its variables, and whether a file can be started. */
export interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isProgram(path: string): boolean;
}

const here: Surroundings = { platform: process.platform, env: process.env, isProgram };

/**
 * A Chromium on this machine: the one that PREFLIGHT_CHROMIUM names, else Chrome, Chromium or Edge where they are
 * installed, in this order.
 *
 * @throws UsageError in one line with what to install where there is none
 */
export function findChromium({ platform, env, isProgram: startable }: Surroundings = here): string {
  const named = env[variable];
  if (named !== undefined && named !== '') {
    if (startable(named)) return named;
    throw new UsageError(`${variable} names ${named}, which is no program that this user may start`);
  }
  const found = candidates(platform, env).find(startable);
  if (found !== undefined) return found;
  throw new UsageError(
    `--to pdf needs a browser to print with, and no Chrome, Chromium or Edge was found: ${install(platform)}, or name one by ${variable}`,
  );
}

function candidates(platform: NodeJS.Platform, env: Surroundings['env']): string[] {
  if (platform === 'win32') {
    const roots = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter(Boolean);
    return windowsPrograms.flatMap((program) => roots.map((root) => win32.join(root!, program)));
  }
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env.HOME ? [posix.join(env.HOME, 'Applications')] : [])];
    return macApplications.flatMap((name) =>
      roots.map((root) => posix.join(root, `${name}.app`, 'Contents', 'MacOS', name)),
    );
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => posix.isAbsolute(folder));
  return programs.flatMap((name) => [...folders, '/usr/bin'].map((folder) => posix.join(folder, name)));
}

function install(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'install Google Chrome';
  if (platform === 'win32') return 'install Microsoft Edge or Google Chrome';
  return 'install one (Debian: apt-get install chromium)';
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
