import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureInstalled, isStamped, matchesLockfile, wantedStamp } from '../../scripts/lib/install.mjs';
import { nodeProblem } from '../../scripts/lib/node-version.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'preflight-install-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function writeJson(path: string, value: unknown) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(value));
}

function checkout(wanted: Record<string, unknown>, present: Record<string, unknown>) {
  writeJson('package-lock.json', { packages: { '': {}, ...wanted } });
  writeJson('node_modules/.package-lock.json', { packages: present });
}

const matches = () => matchesLockfile(root, 'linux', 'x64');

describe('whether node_modules holds what the lockfile asks for', () => {
  it('does not while there is no node_modules', () => {
    writeJson('package-lock.json', { packages: { '': {} } });
    expect(matches()).toBe(false);
  });

  it('compares versions', () => {
    checkout({ 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } });
    expect(matches()).toBe(true);
    checkout({ 'node_modules/a': { version: '1.0.1' } }, { 'node_modules/a': { version: '1.0.0' } });
    expect(matches()).toBe(false);
    checkout({ 'node_modules/a': { version: '1.0.0' } }, {});
    expect(matches()).toBe(false);
  });

  it('misses a binary for this platform, and not one for another', () => {
    const optional = { version: '1.0.0', optional: true };
    checkout({ 'node_modules/mac': { ...optional, os: ['darwin'], cpu: ['arm64'] } }, {});
    expect(matches()).toBe(true);
    checkout({ 'node_modules/not-windows': { ...optional, os: ['!linux'] } }, {});
    expect(matches()).toBe(true);
    checkout({ 'node_modules/here': { ...optional, os: ['linux'], cpu: ['x64'] } }, {});
    expect(matches()).toBe(false);
    checkout({ 'node_modules/musl': { ...optional, os: ['linux'], cpu: ['x64'], libc: ['musl'] } }, {});
    expect(matches()).toBe(true);
  });
});

describe('an installation made by hand', () => {
  it('is taken as it is, and remembered', async () => {
    checkout({ 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } });
    expect(await ensureInstalled(root)).toBe(false);
    expect(isStamped(root, wantedStamp(root))).toBe(true);
  });

  it('is no longer taken for one when the lockfile changes', async () => {
    checkout({}, {});
    await ensureInstalled(root);
    writeJson('package-lock.json', { packages: { '': {}, 'node_modules/b': { version: '2.0.0' } } });
    expect(isStamped(root, wantedStamp(root))).toBe(false);
  });

  it('needs a lockfile', async () => {
    await expect(ensureInstalled(root)).rejects.toThrow(/package-lock\.json cannot be read \(ENOENT\)/);
  });
});

describe('the Node version', () => {
  it.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.0.0', true],
    ['v24.1.0', true],
    ['20.18.3', false],
    ['18.20.4', false],
  ])('%s is new enough: %s', (version, fine) => {
    expect(nodeProblem(version, '>=20.19') === undefined).toBe(fine);
  });
});
