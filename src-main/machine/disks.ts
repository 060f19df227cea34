import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { DataDisk } from '../contract/machine.js';
import { UsageError } from '../contract/usage-error.js';
import { measureReadSpeed } from './disk-speed.js';
import { codeOf, fileSystemAbove, fileSystemOf } from './file-system.js';

/**
 * Free bytes where a data set lies, and the speed at which its files are read there (up to a second is spent).
 * @param data a folder, or the list of a data set (`.csv`), whose folder is taken
 * @throws UsageError where there is no such folder or file, or it cannot be read
 */
export async function readDataDisk(data: string): Promise<DataDisk> {
  const folder = await folderOf(data);
  const found = await fileSystemOf(folder);
  return {
    path: folder,
    freeBytes: isUnavailable(found) ? found : found.freeBytes,
    readBytesPerSecond: await measureReadSpeed(folder),
  };
}

/** Free bytes where reports are written. Nothing is measured there. */
export async function readWorkDisk(folder: string): Promise<Reading<DataDisk>> {
  const found = await fileSystemAbove(folder);
  if (isUnavailable(found)) return found;
  return {
    path: path.resolve(folder),
    freeBytes: found.freeBytes,
    readBytesPerSecond: unavailable('measured where the data set lies (--data), and not here'),
  };
}

async function folderOf(data: string): Promise<string> {
  const refusal = (problem: string) =>
    new UsageError(`--data ${data || "''"} ${problem}; name the folder where the data set lies`);
  // It would be this folder, which a variable that was not set does not mean.
  if (data === '') throw refusal('is empty');
  const absolute = path.resolve(data);
  const found = await stat(absolute).catch((error: unknown) => {
    throw refusal(codeOf(error) === 'ENOENT' ? 'is not there' : `cannot be read (${codeOf(error)})`);
  });
  if (!found.isDirectory() && !found.isFile()) throw refusal('is neither a folder nor a file');
  const folder = found.isDirectory() ? absolute : path.dirname(absolute);
  await access(folder, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw refusal(`is in a folder that cannot be read (${codeOf(error)})`);
  });
  return folder;
}
