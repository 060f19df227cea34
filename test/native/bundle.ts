import { mkdirSync, mkdtempSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles a TypeScript module into an .mjs that plain node runs, and returns its path. It lies under node_modules, so
 * that it finds the packages that stay outside of it.
 * @param beside modules that it starts as processes, by the name under which it looks for them in its own folder
 */
export async function bundle(entry: string, beside: Record<string, string> = {}): Promise<string> {
  const parent = path.join(root, 'node_modules', '.cache');
  mkdirSync(parent, { recursive: true });
  const outDir = mkdtempSync(path.join(parent, 'preflight-test-'));
  for (const [name, module] of Object.entries({ ...beside, 'bundle.mjs': entry })) {
    const rolldownOptions = { output: { entryFileNames: name } };
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: { ssr: module, outDir, emptyOutDir: false, rolldownOptions },
    });
  }
  return path.join(outDir, 'bundle.mjs');
}
