import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sitePackagesOf } from '../../src-main/machine/python-folders.js';

const fixtures = join(process.cwd(), 'test/fixtures/upstream');

/** Whether there is a Python to stand in for Open-Sora's. */
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 10)']).status === 0;

/** A real environment of Python, with stand-ins for what Open-Sora needs (test/fixtures/upstream). @param without packages that it lacks */
export function makeEnvironment(without: readonly string[] = [], python = 'python3'): string {
  const home = mkdtempSync(join(tmpdir(), 'preflight-env-'));
  execFileSync(python, ['-m', 'venv', '--without-pip', home]);
  const [site] = sitePackagesOf(home);
  cpSync(join(process.cwd(), 'test/python/opensora_config.py'), join(site!, 'opensora_config.py'));
  copyPackages('site-packages', site!, without);
  return home;
}

/** The same around the PyTorch of this Python, which is the real one: its torchrun, loader, hooks and process groups. */
export function makeTorchEnvironment(python: string): string {
  const home = makeEnvironment(['torch', 'numpy'], python);
  const [site] = sitePackagesOf(home);
  copyPackages('torch-hooks', site!, []);
  const where = 'import os, torch; print(os.path.dirname(os.path.dirname(torch.__file__)))';
  const packages = execFileSync(python, ['-c', where], { encoding: 'utf8' });
  // Read before anything is run: where PyTorch lies, and then what mends it.
  writeFileSync(join(site!, 'torch-hooks.pth'), `${packages}import torch_hooks\n`);
  return home;
}

function copyPackages(from: string, to: string, without: readonly string[]): void {
  for (const name of readdirSync(join(fixtures, from)))
    if (!without.includes(name.replace('.py', '')))
      cpSync(join(fixtures, from, name), join(to, name), { recursive: true });
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
