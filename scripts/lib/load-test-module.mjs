import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './root.mjs';

/**
 * A TypeScript module of test/, bundled into the build's own folder, where the worker's file is found as the command
 * line finds it. `path` is from the checkout's root.
 */
export async function loadTestModule(main, path) {
  const { build } = await import('vite');
  const name = `${path.replaceAll(/\W/g, '-')}-${process.pid}`;
  process.once('exit', () => rmSync(join(main, `${name}.js`), { force: true }));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20',
      outDir: main,
      emptyOutDir: false,
      rollupOptions: {
        input: { [name]: join(ROOT, path) },
        output: { format: 'es', entryFileNames: '[name].js', codeSplitting: false },
      },
    },
  });
  return import(pathToFileURL(join(main, `${name}.js`)).href);
}
