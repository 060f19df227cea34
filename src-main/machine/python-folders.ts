import { readdirSync } from 'node:fs';
import path from 'node:path';

/** The site-packages of an environment, of each Python in it: lib/python3.*, and lib64 where that is another. */
export function sitePackagesOf(home: string): string[] {
  return ['lib', 'lib64'].flatMap((lib) =>
    list(path.join(home, lib))
      .filter((name) => /^python3[\d.]*t?$/.test(name))
      .map((name) => path.join(home, lib, name, 'site-packages')),
  );
}

/** Names in a folder, sorted; none where it cannot be read. */
export function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
