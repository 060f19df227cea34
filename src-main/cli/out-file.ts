import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../contract/usage-error.js';
import { onDisk } from '../report/disk-error.js';
import { writeAtomic } from '../report/write-atomic.js';

/**
 * Where to write: the file itself where what is named is a link to one, since writing replaces what stands there as a whole. A
 * device such as /dev/null would be gone for all of the machine.
 * @throws UsageError where it is no name of a file
 */
export async function fileOf(out: string, flag = '--out'): Promise<string> {
  if (out === '') throw new UsageError(`${flag} is empty: name a file`);
  const found = await stat(out).catch(() => null);
  if (found === null) return resolve(out);
  if (found.isDirectory()) throw new UsageError(`${flag} ${out} is a folder; name a file in it`);
  if (!found.isFile())
    throw new UsageError(
      `${flag} ${out} is a device or pipe; name a file${flag === '--out' ? ', or leave --out away and redirect' : ''}`,
    );
  return realpath(out);
}

/** As `fileOf`, of an option that may be left out. */
export async function optionalFile(given: string | undefined, flag: string): Promise<string | undefined> {
  return given === undefined ? undefined : fileOf(given, flag);
}

/** Writes a file as a whole, and says where it is. @throws UsageError where the disk refuses */
export async function writeOut(file: string, content: string | Uint8Array): Promise<void> {
  await onDisk(file, () => writeAtomic(file, content));
  process.stderr.write(`written: ${file}\n`);
}
