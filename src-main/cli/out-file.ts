import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UsageError } from '../contract/usage-error.js';
import { onDisk } from '../report/disk-error.js';
import { runFiles } from '../report/run-files.js';
import { writeAtomic } from '../report/write-atomic.js';

/**
 * Where to write: the file itself where what is named is a link to one, since writing replaces what stands there as a whole. A
 * device such as /dev/null would be gone for all of the machine, and a report that is read would be lost.
 * @param inputs paths that the same command reads
 * @throws UsageError where it is no name of a file, or that of an input
 */
export async function fileOf(out: string, flag = '--out', inputs: readonly string[] = []): Promise<string> {
  if (out === '') throw new UsageError(`${flag} is empty: name a file`);
  const found = await stat(out).catch(() => null);
  if (found === null) return resolve(out);
  if (found.isDirectory()) throw new UsageError(`${flag} ${out} is a folder; name a file in it`);
  if (!found.isFile())
    throw new UsageError(
      `${flag} ${out} is a device or pipe; name a file${flag === '--out' ? ', or leave --out away and redirect' : ''}`,
    );
  for (const input of inputs)
    if (await isFileOf(found, input))
      throw new UsageError(`${flag} ${out} is what is read here, and would be lost: name another file`);
  return realpath(out);
}

/** Whether a path names that file, itself or as the report of a run's folder. */
async function isFileOf(file: Stats, path: string): Promise<boolean> {
  const named = await stat(path).catch(() => null);
  const found = named?.isDirectory() ? await stat(join(path, runFiles.report)).catch(() => null) : named;
  return found?.ino === file.ino && found.dev === file.dev;
}

/** As `fileOf`, of an option that may be left out. */
export async function optionalFile(
  given: string | undefined,
  flag: string,
  inputs: readonly string[],
): Promise<string | undefined> {
  return given === undefined ? undefined : fileOf(given, flag, inputs);
}

/**
 * Writes a file as a whole, and says where it is.
 * @param flag that named it
 * @throws UsageError where the disk refuses
 */
export async function writeOut(file: string, content: string | Uint8Array, flag = '--out'): Promise<void> {
  await onDisk(file, () => writeAtomic(file, content), flag);
  process.stderr.write(`written: ${file}\n`);
}
