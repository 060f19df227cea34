import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type BrowserWindow, dialog } from 'electron';
import type { MenuChoice } from './menu.js';
import type { Words } from './menu-words.js';

const kinds = {
  report: { words: 'reports', extensions: ['json', 'html'], most: 64 * 2 ** 20 },
  config: { words: 'configs', extensions: ['py', 'json'], most: 2 ** 20 },
} as const;

/** Files that a person chooses, as the page is told of them; null where they chose none, or none that can be read. */
export async function openFiles(
  window: BrowserWindow,
  kind: keyof typeof kinds,
  words: Words,
): Promise<MenuChoice | null> {
  const { extensions, most } = kinds[kind];
  const { filePaths } = await dialog.showOpenDialog(window, {
    filters: [{ name: words[kinds[kind].words], extensions: [...extensions] }],
    // A config with the files that its `_base_` names, or several reports.
    properties: ['openFile', 'multiSelections'],
  });
  if (filePaths.length === 0) return null;
  const files: { name: string; text: string }[] = [];
  for (const path of filePaths) {
    const text = await readUpTo(path, most).catch((error: NodeJS.ErrnoException) => error);
    if (typeof text === 'string') {
      files.push({ name: basename(path), text });
      continue;
    }
    const why =
      text === null
        ? words.tooLarge.replace('{{limit}}', `${most / 2 ** 20} MiB`)
        : `${words.cannotRead} (${text.code})`;
    await dialog.showMessageBox(window, { type: 'error', message: basename(path), detail: why });
    return null;
  }
  return { type: 'open', kind, files };
}

/** A file's text, or null where it is larger: 500 MB of zeros are not read to be refused. @throws what the disk says */
async function readUpTo(path: string, most: number): Promise<string | null> {
  const found = await stat(path);
  // A pipe or a device has no end.
  if (!found.isFile()) throw Object.assign(new Error('no file'), { code: 'no file' });
  return found.size > most ? null : readFile(path, 'utf8');
}
