import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';
import { withLock } from './lock.mjs';
import { npmCommand } from './npm.mjs';
import { SetupError, say } from './say.mjs';

// npm ci empties node_modules first, so a stamp inside it never outlives what it stands for.
const STAMP = ['node_modules', '.preflight-install'];
const INSTALL_LIMIT_MS = 20 * 60_000;

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What an up-to-date node_modules is stamped with: the lockfile, and the platform its binaries are for. */
export function wantedStamp(root) {
  let lockfile;
  try {
    lockfile = readFileSync(join(root, 'package-lock.json'));
  } catch (error) {
    throw new SetupError(
      `${join(root, 'package-lock.json')} cannot be read (${error.code}): is this a clone?`,
    );
  }
  return `${createHash('sha256').update(lockfile).digest('hex')} ${process.platform}-${process.arch}\n`;
}

export function isStamped(root, wanted) {
  try {
    return readFileSync(join(root, ...STAMP), 'utf8') === wanted;
  } catch {
    return false;
  }
}

const suits = (list, value) =>
  list === undefined ||
  ((list.includes(value) || !list.some((entry) => !entry.startsWith('!'))) && !list.includes(`!${value}`));

/**
 * Whether node_modules already holds what the lockfile asks for, by npm's own record of what it installed:
 * someone who ran `npm install` by hand need not wait for it again.
 */
export function matchesLockfile(root, platform = process.platform, arch = process.arch) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    if (present[path]) return present[path].version === entry.version;
    // A missing optional package is right where it is for another platform. Which C library this machine has
    // is not known here, so those that name one are not asked for.
    const platformPackage = entry.os !== undefined || entry.cpu !== undefined;
    const optional = entry.optional || entry.devOptional || entry.peer;
    if (!optional) return false;
    return (
      !platformPackage || entry.libc !== undefined || !suits(entry.os, platform) || !suits(entry.cpu, arch)
    );
  });
}

/** npm's own settings and a production environment must neither silence its errors nor leave out the build tools. */
const ARGUMENTS = ['ci', '--include=dev', '--loglevel=warn', '--no-audit', '--no-fund', '--no-progress'];

async function npmCi(root) {
  const npm = npmCommand();
  const first = !existsSync(join(root, 'node_modules'));
  say(`Installing packages (${first ? 'first run' : 'package-lock.json changed'}) …`);
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const pulse = setInterval(() => say(`… still installing packages (${seconds()} s)`), 20_000);
  const { code, output, error, timedOut } = await exec(npm.command, [...npm.args, ...ARGUMENTS], {
    cwd: root,
    shell: npm.shell,
    timeoutMs: INSTALL_LIMIT_MS,
    // onnxruntime-node's installer would fetch 300 MB from a feed that a closed network does not reach, and
    // fail the whole install: the CUDA provider comes later, only where there is a GPU for it.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  }).finally(() => clearInterval(pulse));
  if (error?.code === 'ENOENT')
    throw new SetupError('npm was not found: install Node with npm (https://nodejs.org).');
  if (error) throw new SetupError(`npm could not be started: ${error.message}`);
  if (timedOut)
    throw new SetupError(`npm ci did not end within ${INSTALL_LIMIT_MS / 60_000} minutes.`, output);
  if (code !== 0)
    throw new SetupError(`Installing packages failed (npm ci, in ${root}, ended with ${code}):`, output);
  say(`Installed packages in ${seconds()} s.`);
}

/** Installs the packages if they are not there. Answers whether anything had to be done. */
export async function ensureInstalled(root) {
  const wanted = wantedStamp(root);
  if (isStamped(root, wanted)) return false;
  return withLock(join(root, 'out', '.install.lock'), async () => {
    if (isStamped(root, wanted)) return false;
    const missing = !matchesLockfile(root);
    if (missing) await npmCi(root);
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, ...STAMP), wanted);
    return missing;
  });
}
