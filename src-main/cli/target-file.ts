import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../contract/usage-error.js';
import { type FileTarget, targetFromFile } from '../predict/config/target-from-file.js';
import { resolveTarget } from '../predict/resolve-target.js';
import { targetFlags } from './options.js';

/** Far above any config or saved target. */
const mostBytes = 2 ** 20;

/**
 * The run that a command's options name: by flags, or by `--config FILE` with flags that override it.
 * @throws UsageError in one line
 */
export function targetOf(options: object & { config?: string }): FileTarget {
  const flags = targetFlags(options);
  const { config } = options;
  if (config === undefined) return { target: resolveTarget(flags), assumptions: [] };
  const folder = dirname(config);
  return targetFromFile(readText(config), basename(config), flags, (path) => readText(resolve(folder, path)));
}

/** A text of at most 1 MiB. @throws UsageError where there is none to read. */
function readText(path: string): string {
  const bytes = readBytes(path);
  if (bytes.includes(0)) throw new UsageError(`${path} is binary; ${right}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path} is no text in UTF-8; ${right}`);
  }
}

const right = 'give an Open-Sora config (.py) or a saved target (.json)';

function readBytes(path: string): Buffer {
  if (path === '') throw new UsageError(`--config is empty; ${right}`);
  try {
    const found = statSync(path);
    if (!found.isFile())
      throw new UsageError(`${path} is a ${found.isDirectory() ? 'folder' : 'device or pipe'}; ${right}`);
    if (found.size > mostBytes)
      throw new UsageError(`${path} has ${found.size} bytes, more than the 1 MiB of any config; ${right}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new UsageError(`${path}: there is no such file; ${right}`);
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
