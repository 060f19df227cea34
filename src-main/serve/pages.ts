import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built pages: beside the built face that this code runs in, or in `out/` where it runs from source; or null. */
export function pagesFolder(): string | null {
  const places = ['../renderer', '../../renderer', '../../out/renderer'];
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'index.html')));
  return found ?? null;
}

export const pagesMissing = 'the pages are not built: run `npm run build`; the API answers without them';
