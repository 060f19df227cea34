import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface DataFile {
  path: string;
  bytes: number;
}

export interface FileSearch {
  /** Smaller files say more about the directory than about the disk. */
  leastBytes: number;
  /** Enough is enough: the sum at which the search ends. */
  enoughBytes: number;
  /** Entries that are looked at, so that a data set of millions of files costs no more than another. */
  mostEntries: number;
  signal: AbortSignal;
}

/** Files with data of their own in a folder and those below it, breadth first; what cannot be read is passed over. */
export async function findDataFiles(folder: string, search: FileSearch): Promise<DataFile[]> {
  const found: DataFile[] = [];
  const folders = [folder];
  let entries = 0;
  let bytes = 0;
  for (const at of folders) {
    try {
      for await (const entry of await opendir(at)) {
        entries += 1;
        if (entries > search.mostEntries || bytes >= search.enoughBytes || search.signal.aborted)
          return found;
        const file = path.join(at, entry.name);
        if (entry.isDirectory()) folders.push(file);
        else if (entry.isFile() || entry.isSymbolicLink()) {
          const size = await wholeSize(file);
          if (size < search.leastBytes) continue;
          found.push({ path: file, bytes: size });
          bytes += size;
        }
      }
    } catch {
      // not for us, or gone: the others remain
    }
  }
  return found;
}

/** Bytes of a regular file; 0 of anything else, and of one with holes, which are read from nowhere. */
async function wholeSize(file: string): Promise<number> {
  try {
    const { size, blocks } = await stat(file);
    const held = blocks * 512; // st_blocks counts 512 bytes, whatever the disk: stat(2)
    return held * 2 >= size ? size : 0;
  } catch {
    return 0;
  }
}
