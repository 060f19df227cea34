import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

/** Stands in for npm: `ci` empties node_modules and lays down a stand-in for electron-vite, talking all the while. */
const fakeNpm = `
import { cpSync, mkdirSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
console.log('npm talks on standard output');
console.error('npm warn deprecated something@1.0.0');
appendFileSync('npm-calls.txt', JSON.stringify({ args: process.argv.slice(2), cuda: process.env.ONNXRUNTIME_NODE_INSTALL }) + '\\n');
if (process.env.FAKE_NPM === 'fail') { console.error('npm error network request failed'); process.exit(7); }
if (process.env.FAKE_NPM === 'hang') { await new Promise((r) => setTimeout(r, 60_000)); }
await new Promise((r) => setTimeout(r, 200));
rmSync('node_modules', { recursive: true, force: true });
const bin = join('node_modules', 'electron-vite', 'bin');
mkdirSync(bin, { recursive: true });
cpSync('fake-electron-vite.mjs', join(bin, 'electron-vite.js'));
writeFileSync(join('node_modules', 'electron-vite', 'package.json'), '{"type":"module"}');
`;

/** Stands in for electron-vite: its whole "build" is to copy the entry. */
const fakeElectronVite = `
import { appendFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
console.log('vite talks too');
appendFileSync('builds.txt', 'build\\n');
const main = join(process.argv[process.argv.indexOf('--outDir') + 1], 'main');
if (readFileSync('src-main/cli/index.ts', 'utf8').includes('SYNTAX ERROR')) { console.error('index.ts: unexpected token'); process.exit(1); }
mkdirSync(main, { recursive: true });
await new Promise((r) => setTimeout(r, 100));
cpSync('src-main/cli/index.ts', join(main, 'cli.js'));
`;

export const echoCommandLine = `
console.log(JSON.stringify({ argv: process.argv.slice(2), cwd: process.cwd(), file: import.meta.url }));
process.exitCode = Number(process.env.EXIT_WITH ?? 0);
if (process.argv.includes('--hang')) {
  process.on('SIGINT', () => process.exit(130));
  setInterval(() => {}, 1000);
}
`;

/** A checkout with the real scripts and stand-ins for npm and electron-vite: what a fresh clone does, in seconds. */
export function fakeCheckout() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'preflight-checkout-')));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  cpSync(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
  write('package.json', '{"type":"module","engines":{"node":">=20.19"}}');
  write('package-lock.json', '{"packages":{"":{}}}');
  write('npm-cli.mjs', fakeNpm);
  write('fake-electron-vite.mjs', fakeElectronVite);
  write('src-main/cli/index.ts', echoCommandLine);
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Options {
  cwd?: string;
  env?: Record<string, string>;
  node?: string[];
  onStart?: (child: ChildProcess) => void;
}

/** Runs a script of that checkout, as on a machine of its own. */
export function runScript(
  root: string,
  script: string,
  args: string[],
  options: Options = {},
): Promise<Ended> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name)),
  );
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...(options.node ?? []), join(root, 'scripts', script), ...args], {
      cwd: options.cwd ?? root,
      env: { ...env, npm_execpath: join(root, 'npm-cli.mjs'), ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    options.onStart?.(child);
  });
}
