#!/usr/bin/env node
// What `npm test` and .ci/run call: installs what is missing, runs every check and every test, and ends with one
// line that counts them all. `--check` runs the static checks alone; other words go to Vitest (a file, -t NAME).
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from './lib/exec.mjs';
import { nodeProblem } from './lib/node-version.mjs';
import { ROOT } from './lib/root.mjs';
import { SetupError, tail } from './lib/say.mjs';
import { countVitest, exitStatus, summary } from './lib/vitest-result.mjs';

/** The whole must end within 25 minutes on two cores; what is still running then is ended and has failed. */
const DEADLINE = Date.now() + 24 * 60_000;
const remaining = () => Math.max(1, DEADLINE - Date.now());

// Everything goes to one stream, so that the last line written is the last line read.
const print = (text) => process.stdout.write(`${text}\n`);
const total = { passed: 0, failed: 0, skipped: 0 };
const words = process.argv.slice(2);
const checkOnly = words.includes('--check');
const forVitest = words.filter((word) => word !== '--check');

const bin = (...path) => [join(ROOT, 'node_modules', ...path)];
const CHECKS = [
  ['lint and format (biome)', bin('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'],
  ['types (tsc)', bin('typescript', 'bin', 'tsc')],
  ['import rule', [join(ROOT, 'scripts', 'check-imports.mjs')]],
  ['unused code and dependencies (knip)', bin('knip', 'bin', 'knip.js'), '--no-progress'],
];

/** Runs one of the tools by this Node, its output shown. */
function tool([script], args) {
  const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
  const show = process.stdout;
  return exec(process.execPath, [script, ...args], { cwd: ROOT, env, show, timeoutMs: remaining() });
}

/** Runs a check that counts as one test. */
async function check(name, run) {
  print(`\n▶ ${name}`);
  const began = Date.now();
  let problem;
  try {
    problem = await run();
  } catch (error) {
    problem = error instanceof SetupError ? `${error.message}\n${tail(error.log, 40)}` : error.stack;
  }
  if (problem === undefined) total.passed += 1;
  else total.failed += 1;
  print(
    `${problem === undefined ? '✓' : `✗ ${problem}\n✗`} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`,
  );
  return problem === undefined;
}

async function runTool(script, args) {
  const { code, timedOut, error } = await tool(script, args);
  if (error) return error.message;
  if (timedOut) return 'out of time';
  return code === 0 ? undefined : `ended with ${code}`;
}

async function runVitest() {
  print('\n▶ tests (vitest)');
  const folder = mkdtempSync(join(tmpdir(), 'preflight-test-'));
  const result = join(folder, 'result.json');
  try {
    const { code, timedOut, error } = await tool(bin('vitest', 'vitest.mjs'), [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${result}`,
      ...forVitest,
    ]);
    if (timedOut) print('✗ Vitest was ended: out of time');
    if (error) print(`✗ Vitest could not be started: ${error.message}`);
    let report;
    try {
      report = JSON.parse(readFileSync(result, 'utf8'));
    } catch {}
    const { notes, ...counts } = countVitest(report, code);
    for (const note of notes) print(`✗ ${note}`);
    for (const key of Object.keys(total)) total[key] += counts[key];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function install() {
  const { ensureInstalled } = await import('./lib/install.mjs');
  await ensureInstalled(ROOT);
  if (checkOnly) return;
  const { ensureSystemPackages } = await import('./lib/system-packages.mjs');
  await ensureSystemPackages({ say: print, remaining });
}

async function build() {
  const { ensureBuilt } = await import('./lib/build.mjs');
  await ensureBuilt(ROOT, { show: process.stdout });
}

async function main() {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const problem = nodeProblem(process.versions.node, engines.node);
  if (problem !== undefined) throw new SetupError(problem);
  await install();
  for (const [name, script, ...args] of CHECKS) await check(name, () => runTool(script, args));
  if (checkOnly) return;
  // The tests that need the built program fail by themselves without it; the others still tell something.
  await check('build (electron-vite)', build);
  await runVitest();
}

try {
  await main();
} catch (error) {
  total.failed += 1;
  print(error instanceof SetupError ? `✗ ${error.message}\n${tail(error.log, 40)}` : error.stack);
}
process.exitCode = exitStatus(total);
print(`\n${summary(total)}`);
