import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Reading, unavailable } from '../contract/evidence.js';
import { within } from './within.js';

export interface FileSystem {
  totalBytes: number;
  /** What a user without root's reserve can still write. */
  freeBytes: number;
}

/** Size and free bytes of the file system on which a folder lies; a share that hangs is given up after a while. */
export async function fileSystemOf(folder: string, deadlineMs = 250): Promise<Reading<FileSystem>> {
  try {
    const found = await within(statfs(folder), deadlineMs);
    if (found === undefined)
      return unavailable(`the file system of ${folder} did not answer in ${deadlineMs} ms`);
    // What holds no data, such as /proc, or does not tell its size.
    if (found.blocks === 0) return unavailable(`the file system of ${folder} gives no size`);
    // statfs(2) counts blocks in units of f_bsize.
    return { totalBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
  } catch (error) {
    return unavailable(`the file system of ${folder} could not be read (${codeOf(error)})`);
  }
}

/** As `fileSystemOf`, of a folder that may be made later: of the nearest one above it that is there. */
export async function fileSystemAbove(folder: string): Promise<Reading<FileSystem>> {
  const absolute = path.resolve(folder);
  for (let at = absolute; ; at = path.dirname(at)) {
    const found = await fileSystemOf(at);
    if (!('unavailable' in found) || at === path.dirname(at)) return found;
  }
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
