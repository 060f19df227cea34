import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles a TypeScript module into an .mjs that plain node runs, and returns its path. It lies under node_modules, so
 * that it finds the packages that stay outside of it.
 */
export async function bundle(entry: string): Promise<string> {
  const parent = path.join(root, 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  const outDir = mkdtempSync(path.join(parent, 'preflight-test-'));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: entry, outDir, rolldownOptions: { output: { entryFileNames: 'bundle.mjs' } } },
  });
  return path.join(outDir, 'bundle.mjs');
}
