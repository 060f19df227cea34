import { UsageError } from '../contract/usage-error.js';

const causes: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space there or choose another --out',
  EDQUOT: 'your disk quota is used up; free some space there or choose another --out',
  EROFS: 'it is on a read-only file system; choose another --out',
  EACCES: 'this user may not write there; choose another --out or change its permissions',
  EPERM: 'this user may not write there; choose another --out or change its permissions',
  ENOTDIR: 'a part of that path is a file, not a folder; choose another --out',
  EEXIST: 'a file of that name is in the way; choose another --out',
  ENOENT: 'no folder can be made there; choose another --out',
  EISDIR: 'a folder is in the way of a file; choose another --out',
  ENAMETOOLONG: 'the name is too long; choose a shorter --out',
  EIO: 'the disk reports an input/output error; choose another --out',
};

/**
 * Runs a file operation; what the disk refuses becomes one line that names the path and what to do.
 *
 * @param setting that says where it is written
 */
export async function onDisk<T>(path: string, work: () => Promise<T>, setting = '--out'): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const cause = causes[code];
    if (!cause) throw error;
    throw new UsageError(`Cannot write ${path}: ${cause.replace('--out', setting)} (${code}).`, {
      cause: error,
    });
  }
}
