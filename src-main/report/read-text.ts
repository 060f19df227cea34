import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mostDocumentBytes } from '../contract/history.js';
import { UsageError } from '../contract/usage-error.js';

/**
 * The text of a document of ours.
 *
 * @param wanted what it should be, and what to give, for the message
 * @param inFolder the file that is meant where a folder is named
 * @throws UsageError in one line where there is none, or one that is no file or too large, which is not read then
 */
export async function readText(
  path: string,
  wanted: { what: string; give: string },
  inFolder?: string,
): Promise<string> {
  const { what, give } = wanted;
  if (path === '') throw new UsageError(`the path of the ${what} is empty; give ${give}`);
  try {
    const named = await stat(path);
    const file = named.isDirectory() && inFolder !== undefined ? join(path, inFolder) : path;
    const found = file === path ? named : await stat(file);
    if (!found.isFile())
      throw new UsageError(`${file} is a ${found.isDirectory() ? 'folder' : 'device or pipe'}; give ${give}`);
    // Some files of /proc say so as well, and reading one may never end.
    if (found.size === 0) throw new UsageError(`${file} is empty, so no ${what}; give ${give}`);
    if (found.size > mostDocumentBytes)
      throw new UsageError(`${file} has ${found.size} bytes, more than any ${what}; give ${give}`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `${path}: there is no ${what}; give ${give}`
        : `${path} cannot be read: ${(error as Error).message}`,
    );
  }
}
