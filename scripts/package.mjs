#!/usr/bin/env node
// `npm run package`: builds, and makes the packages of this platform by electron-builder, into out/package.
// `--dir` makes the unpacked folder alone.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureCudaProvider, hasCudaProvider } from './lib/cuda-provider.mjs';
import { ensureElectron } from './lib/electron-binary.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { packageConfig } from './lib/package-config.mjs';
import { ROOT } from './lib/root.mjs';
import { report, SetupError, say } from './lib/say.mjs';

const words = process.argv.slice(2);

async function main() {
  const unknown = words.find((word) => word !== '--dir' && word !== '--without-cuda');
  if (unknown) throw new SetupError(`${unknown}: there are --dir and --without-cuda`);
  await ensureInstalled(ROOT);
  const electron = await ensureElectron(ROOT);
  await withCuda();
  const build = dirname(await ensureBuilt(ROOT));
  if (!existsSync(join(build, 'renderer', 'index.html'))) throw new SetupError('The build has no pages.');
  const builder = await import('electron-builder');
  const platform = builder.Platform.current();
  const files = await builder.build({
    projectDir: ROOT,
    targets: words.includes('--dir') ? platform.createTarget('dir') : platform.createTarget(),
    // What `npm start` runs is what is packaged, fetched once.
    config: { ...packageConfig(relative(ROOT, build)), electronDist: distOf(electron) },
  });
  for (const file of files) say(file);
}

/** The folder of an Electron by its executable: on a Mac that lies within its bundle. */
function distOf(electron) {
  const bundle = electron.indexOf('Electron.app');
  return bundle < 0 ? dirname(electron) : dirname(electron.slice(0, bundle + 1));
}

/** Within a package nothing can be fetched any more: without its provider it would measure no NVIDIA GPU. */
async function withCuda() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || words.includes('--without-cuda')) return;
  await ensureCudaProvider(ROOT, { driver: true });
  if (!hasCudaProvider(ROOT))
    throw new SetupError(
      "A package without ONNX Runtime's CUDA provider measures no GPU; --without-cuda makes one.",
    );
}

try {
  await main();
} catch (error) {
  // electron-builder's own errors are for the person who packages, without its stack.
  process.exitCode = report(
    error.code?.startsWith?.('ERR_ELECTRON_BUILDER') ? new SetupError(error.message) : error,
  );
}
