import { UsageError } from '../../contract/usage-error.js';
import { readPython } from './python-module.js';
import { type Entry, isDict, type PythonDict, type PythonValue, placeName, Unknown } from './python-value.js';

const deepest = 16;
const baseKey = '_base_';
const deleteKey = '_delete_';

/** The text of a config by its path, relative to the first file's folder. */
export type ReadBase = (path: string) => string;

/**
 * A config with those that it names in `_base_`, merged as mmengine's `Config.fromfile` does: dicts merge, `_delete_`
 * replaces one, two bases may not share a key.
 *
 * @throws UsageError naming the file and the line.
 */
export function readConfig(text: string, file: string, readBase: ReadBase): PythonDict {
  return readWithBases(text, file, '', readBase, []);
}

function readWithBases(
  text: string,
  file: string,
  folder: string,
  readBase: ReadBase,
  under: string[],
): PythonDict {
  const own = readPython(text, file);
  const entry = own.get(baseKey);
  own.delete(baseKey);
  if (entry === undefined) return own;
  const merged: PythonDict = new Map();
  for (const path of basePaths(entry)) {
    const from = joined(folder, path);
    if (under.includes(from) || under.length >= deepest)
      throw new UsageError(`${placeName(entry.place)}: _base_ ${path} leads back to itself`);
    const base = readWithBases(readBase(from), from, folderOf(from), readBase, [...under, from]);
    for (const [key, value] of base) {
      if (merged.has(key))
        throw new UsageError(
          `${placeName(entry.place)}: two files of _base_ both set ${key}, which mmengine refuses; set it in one`,
        );
      merged.set(key, value);
    }
  }
  return merge(own, merged);
}

function basePaths({ value, place }: Entry): string[] {
  const paths: PythonValue = typeof value === 'string' ? [value] : value;
  if (Array.isArray(paths) && paths.every((path) => typeof path === 'string')) return paths;
  const found = value instanceof Unknown ? `, not ${value.what}` : '';
  throw new UsageError(`${placeName(place)}: _base_ must be a path or a list of paths${found}`);
}

/** mmengine's `_merge_a_into_b`. */
function merge(own: PythonDict, base: PythonDict): PythonDict {
  const merged = new Map(base);
  for (const [key, entry] of own) {
    const below = merged.get(key);
    if (!isDict(entry.value) || below === undefined) {
      merged.set(key, entry);
      continue;
    }
    if (entry.value.get(deleteKey)?.value === true) {
      const replacing = new Map(entry.value);
      replacing.delete(deleteKey);
      merged.set(key, { ...entry, value: replacing });
      continue;
    }
    const plain = new Map(entry.value);
    plain.delete(deleteKey);
    if (below.value instanceof Unknown) {
      merged.set(key, { ...entry, value: below.value });
      continue;
    }
    if (!isDict(below.value))
      throw new UsageError(
        `${placeName(entry.place)}: ${key} is a dict here and none in its base; add ${deleteKey}=True to replace it`,
      );
    merged.set(key, { ...entry, value: merge(plain, below.value) });
  }
  return merged;
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
}

/** A path with its `.` and `..` worked out as far as they go. */
function joined(folder: string, path: string): string {
  if (path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split('/')) {
    if (part === '.' || (part === '' && parts.length > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
