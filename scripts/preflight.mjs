#!/usr/bin/env node
// What `npm run -s preflight -- …` and the bin call: sets up what is missing, then runs the built command line in
// this process. Nothing is installed yet when it starts, so it and scripts/lib use Node's built-ins alone.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/root.mjs';
import { report, say } from './lib/say.mjs';

const manifest = resolve(ROOT, 'package.json');

/** npm runs a script from the package's folder: what the user named is relative to where they stand. */
function returnToCaller(env) {
  if (env.npm_lifecycle_event !== 'preflight' || env.npm_package_json === undefined || !env.INIT_CWD) return;
  if (resolve(env.npm_package_json) !== manifest) return;
  try {
    process.chdir(env.INIT_CWD);
  } catch (error) {
    say(`cannot enter ${env.INIT_CWD} (${error.code}); staying in ${process.cwd()}.`);
  }
}

async function setUp(argv) {
  const { ensureInstalled } = await import('./lib/install.mjs');
  const { ensureBuilt } = await import('./lib/build.mjs');
  const { ensureCudaProvider, mayUseCuda } = await import('./lib/cuda-provider.mjs');
  await ensureInstalled(ROOT);
  if (mayUseCuda(argv)) await ensureCudaProvider(ROOT);
  return ensureBuilt(ROOT);
}

const problem = nodeProblem(process.versions.node, JSON.parse(readFileSync(manifest, 'utf8')).engines.node);
if (problem !== undefined) {
  say(problem);
  process.exitCode = 1;
} else {
  returnToCaller(process.env);
  let main;
  try {
    main = await setUp(process.argv.slice(2));
  } catch (error) {
    process.exitCode = report(error);
  }
  // Outside the try: an exception of the program is the program's own to report.
  if (main !== undefined) await import(pathToFileURL(resolve(main, 'cli.js')).href);
}
