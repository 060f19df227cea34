import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the build reads. A path that does not exist (yet) counts as empty. */
export const BUILD_INPUTS = [
  'models',
  'src-main',
  'src-renderer',
  'electron.vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

function walk(root, path, found) {
  let stat;
  try {
    stat = statSync(join(root, path), { bigint: true });
  } catch {
    return; // removed since its folder was listed, or never there
  }
  if (!stat.isDirectory()) {
    found.push({ path, size: stat.size, changed: stat.mtimeNs });
    return;
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (name !== 'node_modules' && !name.startsWith('.')) walk(root, `${path}/${name}`, found);
  }
}

export function listSources(root, inputs = BUILD_INPUTS) {
  const found = [];
  for (const input of inputs) walk(root, input, found);
  return found;
}

/** Cheap: paths, sizes and times. Equal means that nothing was touched. */
export function touchSignature(files) {
  const hash = createHash('sha256');
  for (const { path, size, changed } of files) hash.update(`${path}\0${size}\0${changed}\n`);
  return hash.digest('hex');
}

/** Exact: paths and contents. Equal means that a build would give the same. */
export function contentSignature(root, files) {
  const hash = createHash('sha256');
  for (const { path } of files) {
    let content;
    try {
      content = readFileSync(join(root, path));
    } catch {
      continue;
    }
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
