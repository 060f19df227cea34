import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import look from './scripts/look.py?raw';
import prepare from './scripts/prepare.py?raw';
import rank from './scripts/rank.py?raw';
import say from './scripts/say.py?raw';

// Part of the build as text: Python reads no archive, which the packaged program is.
const files = { 'look.py': look, 'prepare.py': prepare, 'rank.py': rank, 'say.py': say };

/** Writes our scripts of Python to a folder. @returns the path of each */
export async function writeScripts(folder: string): Promise<(name: keyof typeof files) => string> {
  const place = (name: string) => path.join(folder, name);
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(place(name), text)));
  return place;
}
