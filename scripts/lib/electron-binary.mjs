import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';
import { withLock } from './lock.mjs';
import { SetupError, say, tail } from './say.mjs';

const SILENT_LIMIT_MS = 10 * 60_000;
const FETCH_LIMIT_MS = 30 * 60_000;

const packageOf = (root) => join(root, 'node_modules', 'electron');

/** Electron's executable where it has been fetched, or where ELECTRON_OVERRIDE_DIST_PATH has it; or nothing. */
export function electronBinary(root, env = process.env) {
  const folder = packageOf(root);
  try {
    // Written by the package's own installer, in its last step.
    const name = readFileSync(join(folder, 'path.txt'), 'utf8');
    const path = join(env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), name);
    return existsSync(path) ? path : undefined;
  } catch {
    const path = env.ELECTRON_OVERRIDE_DIST_PATH && join(env.ELECTRON_OVERRIDE_DIST_PATH, 'electron');
    return path && existsSync(path) ? path : undefined;
  }
}

/** The line that says why there is no Electron, and what to do: the pages are there without it. */
export function missingElectron(reason) {
  return (
    `Electron's binary could not be fetched (${reason}). Set ELECTRON_MIRROR to a mirror of github.com/electron/electron/releases` +
    ' (such as https://npmmirror.com/mirrors/electron/) or ELECTRON_OVERRIDE_DIST_PATH to an unpacked Electron;' +
    ' `npm run -s preflight -- serve` shows the same pages in a browser.'
  );
}

/**
 * Electron's executable, fetched first where it is not there yet, by its package's own installer.
 * @throws SetupError in one line
 */
export async function ensureElectron(root, env = process.env) {
  const found = electronBinary(root, env);
  if (found) return found;
  return withLock(join(root, 'out', '.electron.lock'), async () => {
    if (!electronBinary(root, env)) {
      say('Fetching Electron (once; about 120 MB) …');
      const began = Date.now();
      const pulse = setInterval(
        () => say(`… still fetching Electron (${Math.round((Date.now() - began) / 1000)} s)`),
        20_000,
      );
      const { code, output, error, timedOut } = await exec(
        process.execPath,
        [join(packageOf(root), 'install.js')],
        { cwd: root, env, timeoutMs: FETCH_LIMIT_MS, silentMs: SILENT_LIMIT_MS },
      ).finally(() => clearInterval(pulse));
      if (error) throw new SetupError(missingElectron(error.message));
      if (timedOut) throw new SetupError(missingElectron('it did not come in time'));
      if (code !== 0) throw new SetupError(missingElectron(reasonOf(output)));
    }
    const path = electronBinary(root, env);
    if (!path) throw new SetupError(missingElectron('its installer left nothing'));
    return path;
  });
}

/** The line of the installer's stack that says why. */
function reasonOf(output) {
  return /^\w*Error(?: \[[^\]]*\])?: (.+)$/m.exec(output)?.[1] ?? (tail(output, 1) || 'no reason given');
}
