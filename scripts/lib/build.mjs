import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { exec } from './exec.mjs';
import { withLock } from './lock.mjs';
import { SetupError, say } from './say.mjs';
import { contentSignature, listSources, touchSignature } from './sources.mjs';

// Every build has a folder of its own, named by what it was built from, and none is changed once it is there: a
// run of half an hour goes on forking its own worker while someone edits and builds beside it. `out/main` is a
// link to the newest, for people and tools that look for it where electron-vite puts it.
const BUILDS = join('out', 'builds');
const RECORD = join('out', 'build.json');
/** In the folder that electron-vite empties, so that a build by hand through the link takes it away. */
const COMPLETE = '.complete';
const KEEP_MS = 24 * 3_600_000;
const BUILD_LIMIT_MS = 5 * 60_000;

const mainOf = (root, id) => join(root, BUILDS, id, 'main');

function isComplete(root, id) {
  return typeof id === 'string' && existsSync(join(mainOf(root, id), COMPLETE));
}

function readRecord(root) {
  try {
    return JSON.parse(readFileSync(join(root, RECORD), 'utf8'));
  } catch {
    return {};
  }
}

/** The folder of the build that matches the sources, or nothing where there is none. */
export function currentBuild(root) {
  const files = listSources(root);
  const touched = touchSignature(files);
  const record = readRecord(root);
  if (record.touched === touched && isComplete(root, record.id)) return { main: mainOf(root, record.id) };
  const id = contentSignature(root, files);
  return { id, touched, ...(isComplete(root, id) ? { main: mainOf(root, id) } : {}) };
}

/** Written aside and renamed, since another process may read it at any time. */
function replaceFile(path, content) {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, content);
  renameSync(aside, path);
}

function pointAt(root, id) {
  const link = join(root, 'out', 'main');
  try {
    if (realpathSync(link) === realpathSync(mainOf(root, id))) return;
  } catch {}
  const aside = `${link}.${process.pid}`;
  try {
    symlinkSync(
      process.platform === 'win32' ? mainOf(root, id) : join('builds', id, 'main'),
      aside,
      process.platform === 'win32' ? 'junction' : 'dir', // a junction needs no administrator
    );
    // A link is replaced in one step, except on Windows; a folder that electron-vite left is not replaced so.
    const there = lstatSync(link, { throwIfNoEntry: false });
    if (there && (!there.isSymbolicLink() || process.platform === 'win32')) rmSync(link, { recursive: true });
    renameSync(aside, link);
  } catch {
    rmSync(aside, { force: true }); // a disk without links: nothing here depends on out/main
  }
}

function remember(root, id, touched) {
  try {
    utimesSync(join(root, BUILDS, id), new Date(), new Date()); // its age counts from its last use
    replaceFile(join(root, RECORD), `${JSON.stringify({ id, touched })}\n`);
  } catch {} // a read-only checkout: the contents are compared again next time
}

/** Builds that nothing has used for a day go; younger ones may belong to a run that is under way. */
function prune(root, keep) {
  for (const name of readdirSync(join(root, BUILDS))) {
    const path = join(root, BUILDS, name);
    if (name === keep || Date.now() - statSync(path).mtimeMs < KEEP_MS) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

async function build(root, id, { show } = {}) {
  const partial = join(root, BUILDS, `${id}.partial`);
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const slow = setTimeout(() => say('Building …'), 1000);
  const { code, output, error, timedOut } = await exec(
    process.execPath,
    [join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build', '--outDir', partial],
    { cwd: root, timeoutMs: BUILD_LIMIT_MS, show },
  ).finally(() => clearTimeout(slow));
  if (error) throw new SetupError(`The build could not be started: ${error.message}`);
  if (timedOut)
    throw new SetupError(`The build did not end within ${BUILD_LIMIT_MS / 60_000} minutes.`, output);
  if (code !== 0) throw new SetupError(`The build failed (electron-vite build, in ${root}):`, output);
  if (!existsSync(join(partial, 'main', 'cli.js'))) {
    throw new SetupError('The build made no main/cli.js: see electron.vite.config.ts.', output);
  }
  writeFileSync(join(partial, 'main', COMPLETE), '');
  rmSync(join(root, BUILDS, id), { recursive: true, force: true }); // one that a build by hand has overwritten
  renameSync(partial, join(root, BUILDS, id));
}

/** Builds if the sources changed, and answers the folder with cli.js. */
export async function ensureBuilt(root, options = {}) {
  const found = currentBuild(root);
  if (found.main && found.id === undefined) return found.main;
  if (found.main) {
    remember(root, found.id, found.touched);
    pointAt(root, found.id);
    return found.main;
  }
  return withLock(join(root, 'out', '.build.lock'), async () => {
    // Taken before the build reads the sources: an edit meanwhile makes the next run build again.
    const { id, touched, main } = currentBuild(root);
    if (main && id === undefined) return main;
    if (!main) await build(root, id, options);
    remember(root, id, touched);
    pointAt(root, id);
    prune(root, id);
    return mainOf(root, id);
  });
}
