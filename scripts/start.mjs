#!/usr/bin/env node
// `npm start`: sets up what is missing, Electron's binary too, and opens the desktop.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/root.mjs';
import { report, SetupError } from './lib/say.mjs';

async function setUp() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const problem = nodeProblem(process.versions.node, engines.node);
  if (problem !== undefined) throw new SetupError(problem);
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { ensureElectron } = await import('./lib/electron-binary.mjs');
  const { ensureCudaProvider } = await import('./lib/cuda-provider.mjs');
  const { ensureBuilt } = await import('./lib/build.mjs');
  await ensureInstalled(ROOT);
  const electron = await ensureElectron(ROOT);
  await ensureCudaProvider(ROOT);
  return { electron, main: await ensureBuilt(ROOT) };
}

function open({ electron, main }) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(electron, [join(main, 'electron.js'), ...process.argv.slice(2)], {
    env,
    stdio: 'inherit',
  });
  // Its own way to end asks, and cancels a sweep with its report.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
  child.once('error', (error) => {
    process.exitCode = report(new SetupError(`Electron could not be started: ${error.message}`));
  });
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) process.stderr.write(`preflight: Electron was ended by ${signal}\n`);
  });
}

try {
  open(await setUp());
} catch (error) {
  process.exitCode = report(error);
}
