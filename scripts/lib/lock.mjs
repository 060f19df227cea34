import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SetupError, say } from './say.mjs';

/** A lock whose owner cannot be asked (another host on a shared disk) is given up on after this long. */
const FOREIGN_LOCK_MS = 30 * 60_000;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    const [pid = '', host = ''] = text.split('\n');
    return { text, pid: Number(pid), host, age: Date.now() - statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function abandoned(owner) {
  if (owner.text === '') return owner.age > 10_000; // its writer was killed between creating and writing
  return owner.host === hostname() ? !alive(owner.pid) : owner.age > FOREIGN_LOCK_MS;
}

function tryTake(path) {
  try {
    writeFileSync(path, `${process.pid}\n${hostname()}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new SetupError(
      `cannot write ${path} (${error.code ?? error.message}): set-up needs to write there.`,
    );
  }
}

/** Removes an abandoned lock, but puts back one that somebody took in between. */
function breakLock(path, owner) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (read(aside)?.text !== owner.text) {
    try {
      linkSync(aside, path);
    } catch {}
  }
  rmSync(aside, { force: true });
}

/** Runs `work` while holding the lock file at `path`; a second process waits its turn. */
export async function withLock(path, work) {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new SetupError(`cannot create ${dirname(path)} (${error.code ?? error.message}).`);
  }
  const began = Date.now();
  let told = false;
  while (!tryTake(path)) {
    const owner = read(path);
    if (owner && abandoned(owner)) breakLock(path, owner);
    else await sleep(50);
    if (!told && owner && Date.now() - began > 1000) {
      told = true;
      say(`waiting for the set-up that process ${owner.pid} is doing …`);
    }
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}
