import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeCheckout, runScript } from './fake-checkout.js';

let checkout: ReturnType<typeof fakeCheckout>;
beforeEach(() => {
  checkout = fakeCheckout();
});
afterEach(() => checkout.remove());

const lines = (path: string) => readFileSync(join(checkout.root, path), 'utf8').trim().split('\n');
const preflight = (args: string[], options = {}) => runScript(checkout.root, 'preflight.mjs', args, options);

describe('the launcher on a fresh clone', () => {
  it('installs, builds and runs, with standard output left to the program', async () => {
    const { code, stdout, stderr } = await preflight(['run', '--json'], { env: { EXIT_WITH: '4' } });
    expect(JSON.parse(stdout).argv).toEqual(['run', '--json']);
    expect(code).toBe(4);
    expect(stderr).toContain('preflight: Installing packages (first run) …');
    expect(stderr).not.toContain('npm warn');
  });

  it('keeps the CUDA download and the settings of the calling npm out of the installation', async () => {
    await preflight(['detect'], { env: { NODE_ENV: 'production', npm_config_loglevel: 'silent' } });
    const [call] = lines('npm-calls.txt').map((line) => JSON.parse(line));
    expect(call.args.slice(0, 3)).toEqual(['ci', '--include=dev', '--loglevel=warn']);
    expect(call.cuda).toBe('skip');
  });

  it('installs and builds once for two that start at the same time', async () => {
    const both = await Promise.all([preflight(['a']), preflight(['b'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(lines('npm-calls.txt')).toHaveLength(1);
    expect(lines('builds.txt')).toHaveLength(1);
  });

  it('says in one line, with the end of the log, that the installation failed', async () => {
    const { code, stdout, stderr } = await preflight(['run'], { env: { FAKE_NPM: 'fail' } });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^preflight: Installing packages failed \(npm ci, in .+, ended with 7\):$/m);
    expect(stderr).toContain('  | npm error network request failed');
  });

  it('leaves no lock behind when it is interrupted while it installs', async () => {
    const ended = await preflight(['run'], {
      env: { FAKE_NPM: 'hang' },
      onStart: (child: { kill(signal: string): void; stderr: NodeJS.ReadableStream }) =>
        child.stderr.once('data', () => setTimeout(() => child.kill('SIGINT'), 300)),
    });
    expect(ended.code).toBe(130);
    expect((await preflight(['run'])).code).toBe(0);
  });
});

describe('the launcher on a clone that is set up', () => {
  beforeEach(async () => {
    await preflight(['first']);
  });

  it('does nothing but run', async () => {
    const { stderr } = await preflight(['again']);
    expect(stderr).toBe('');
    expect(lines('npm-calls.txt')).toHaveLength(1);
    expect(lines('builds.txt')).toHaveLength(1);
  });

  it('builds again after an edit, and not after a mere touch', async () => {
    const file = join(checkout.root, 'src-main/cli/index.ts');
    writeFileSync(file, readFileSync(file));
    await preflight(['touched']);
    expect(lines('builds.txt')).toHaveLength(1);
    checkout.write('models/new.ts', 'export {};');
    await preflight(['edited']);
    expect(lines('builds.txt')).toHaveLength(2);
  });

  it('installs again when the lockfile changed', async () => {
    checkout.write('package-lock.json', '{"packages":{"":{},"node_modules/x":{"version":"1.0.0"}}}');
    const { stderr } = await preflight(['again']);
    expect(stderr).toContain('package-lock.json changed');
    expect(lines('npm-calls.txt')).toHaveLength(2);
  });

  it('refuses a build that fails with its log, and runs nothing old instead', async () => {
    checkout.write('src-main/cli/index.ts', 'SYNTAX ERROR');
    const { code, stdout, stderr } = await preflight(['run']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('  | index.ts: unexpected token');
  });

  it('runs where the user stands under npm run, and nowhere else', async () => {
    const there = join(checkout.root, 'src-main');
    const env = { npm_lifecycle_event: 'preflight', INIT_CWD: there };
    const own = { ...env, npm_package_json: join(checkout.root, 'package.json') };
    expect(JSON.parse((await preflight(['x'], { env: own })).stdout).cwd).toBe(there);
    const foreign = { ...env, npm_package_json: '/elsewhere/package.json' };
    expect(JSON.parse((await preflight(['x'], { env: foreign })).stdout).cwd).toBe(checkout.root);
  });

  it('works through a link, from another folder', async () => {
    const link = join(checkout.root, 'scripts', 'bin-link.mjs');
    symlinkSync('preflight.mjs', link);
    const { code, stdout } = await runScript(checkout.root, 'bin-link.mjs', ['x'], { cwd: '/' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).cwd).toBe('/');
  });

  it('leaves signals to the program', async () => {
    const ended = await preflight(['--hang'], {
      onStart: (child: { kill(signal: string): void; stdout: NodeJS.ReadableStream }) =>
        child.stdout.once('data', () => setTimeout(() => child.kill('SIGINT'), 200)),
    });
    expect(ended.code).toBe(130);
  });

  it('refuses an old Node before it loads anything else', async () => {
    const old =
      "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})";
    const { code, stdout, stderr } = await preflight(['run'], { node: ['--import', old] });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'preflight: Node 18.20.4 is too old: Node 20.19 or newer is needed (https://nodejs.org).\n',
    );
  });
});
