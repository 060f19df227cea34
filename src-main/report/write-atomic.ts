import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

// Not write-file-atomic: it ignores short writes, so a disk that fills up gives a truncated file and no error.

const temporary = /^\.(.+)\.[0-9a-f]{12}\.tmp$/;

/** Whether a name is a temporary file that `writeAtomic` left behind when its process was killed. */
export function isTemporary(name: string): boolean {
  return temporary.test(name);
}

/** Replaces a file as a whole: whoever reads it, at whatever moment, finds the old or the new one. */
export async function writeAtomic(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(content, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** Makes the rename itself survive a power cut, where the platform lets a folder be opened (Windows does not). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}
