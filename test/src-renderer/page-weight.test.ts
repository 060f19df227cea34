import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { builtMain } from '../support/built.js';

const most = 250 * 1024;

describe('the built pages', () => {
  it('load at most 250 KiB of JavaScript, compressed, before the first of them is shown', async () => {
    const folder = join(await builtMain(), '..', 'renderer');
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const first = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, path]) => path!);
    // Each page is a part of its own, with the parts that it imports.
    const text = (path: string) => readFileSync(join(folder, path), 'utf8');
    const pages = readdirSync(join(folder, 'assets'))
      .filter((name) => /-page-.*\.js$/.test(name))
      .map((name) => `assets/${name}`);
    expect(pages.length).toBeGreaterThanOrEqual(3);
    for (const page of pages) {
      const all = new Set([...first, ...withImports(page, text)]);
      const bytes = [...all].reduce((sum, path) => sum + gzipSync(text(path)).length, 0);
      expect(bytes, page).toBeLessThan(most);
      expect(bytes, page).toBeGreaterThan(50 * 1024);
    }
  });
});

/** A part and what it imports at once, in turn. */
function withImports(path: string, text: (path: string) => string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const [, name] of text(path).matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g))
    withImports(`assets/${name}`, text, seen);
  return seen;
}
