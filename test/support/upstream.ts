import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const fixtures = join(process.cwd(), 'test/fixtures/upstream');

/** Whether there is a Python to stand in for Open-Sora's. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 10)']).status === 0;

/**
 * A real environment of Python, with stand-ins for what Open-Sora needs (test/fixtures/upstream).
 * @param without packages that it lacks
 * @param base whose Python it is; with `real-torch` the packages that this one has are seen too
 */
export function makeEnvironment(without: readonly string[] = [], base = 'python3', shared = false): string {
  const home = mkdtempSync(join(tmpdir(), 'preflight-env-'));
  const options = ['--without-pip', ...(shared ? ['--system-site-packages'] : [])];
  execFileSync(base, ['-m', 'venv', ...options, home]);
  const python = readdirSync(join(home, 'lib')).find((name) => name.startsWith('python3'))!;
  const site = join(home, 'lib', python, 'site-packages');
  cpSync(join(process.cwd(), 'test/python/opensora_config.py'), join(site, 'opensora_config.py'));
  for (const name of readdirSync(join(fixtures, 'site-packages')))
    if (!without.includes(name.replace('.py', '')))
      cpSync(join(fixtures, 'site-packages', name), join(site, name), { recursive: true });
  return home;
}

/** A checkout of a stand-in for v1.2, with a commit. */
export function makeCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'preflight-checkout-'));
  cpSync(join(fixtures, 'checkout'), folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]);
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'Stand in for Open-Sora');
  return folder;
}
