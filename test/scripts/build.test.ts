import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { ensureInstalled } from '../../scripts/lib/install.mjs';
import { contentSignature, listSources, touchSignature } from '../../scripts/lib/sources.mjs';
import { fakeCheckout } from './fake-checkout.js';

let checkout: ReturnType<typeof fakeCheckout>;
beforeEach(() => {
  checkout = fakeCheckout();
});
afterEach(() => checkout.remove());

const signatures = () => {
  const files = listSources(checkout.root);
  return { touch: touchSignature(files), content: contentSignature(checkout.root, files) };
};

describe('the signatures of the sources', () => {
  it('see an added, a changed and a removed file', () => {
    const before = signatures();
    checkout.write('models/a.ts', 'one');
    const added = signatures();
    checkout.write('models/a.ts', 'two');
    const changed = signatures();
    rmSync(join(checkout.root, 'models/a.ts'));
    expect(new Set([before, added, changed].map(({ content }) => content)).size).toBe(3);
    expect(new Set([before, added, changed].map(({ touch }) => touch)).size).toBe(3);
    expect(signatures().content).toBe(before.content);
  });

  it('see a touch in the cheap one alone', () => {
    const before = signatures();
    utimesSync(join(checkout.root, 'src-main/cli/index.ts'), new Date(0), new Date(0));
    const after = signatures();
    expect(after.touch).not.toBe(before.touch);
    expect(after.content).toBe(before.content);
  });

  it('see a renamed file of the same content', () => {
    checkout.write('models/a.ts', 'same');
    const before = signatures();
    rmSync(join(checkout.root, 'models/a.ts'));
    checkout.write('models/b.ts', 'same');
    expect(signatures().content).not.toBe(before.content);
  });
});

describe('a build', () => {
  beforeEach(async () => {
    // The stand-in for npm, called directly: the launcher's own tests go through the real call.
    const bin = join(checkout.root, 'node_modules', 'electron-vite', 'bin');
    mkdirSync(bin, { recursive: true });
    checkout.write('node_modules/electron-vite/package.json', '{"type":"module"}');
    checkout.write(
      'node_modules/electron-vite/bin/electron-vite.js',
      readFileSync(join(checkout.root, 'fake-electron-vite.mjs'), 'utf8'),
    );
    checkout.write('node_modules/.package-lock.json', '{"packages":{}}');
    await ensureInstalled(checkout.root);
  });

  const linked = () => realpathSync(join(checkout.root, 'out', 'main'));

  it('leaves an earlier build as it was for those that still run it', async () => {
    const first = await ensureBuilt(checkout.root);
    checkout.write('src-main/cli/index.ts', '// new');
    const second = await ensureBuilt(checkout.root);
    expect(second).not.toBe(first);
    expect(readFileSync(join(first, 'cli.js'), 'utf8')).not.toBe('// new');
    expect(readFileSync(join(second, 'cli.js'), 'utf8')).toBe('// new');
    expect(linked()).toBe(second);
  });

  it('is found again when the sources go back', async () => {
    const before = readFileSync(join(checkout.root, 'src-main/cli/index.ts'), 'utf8');
    const first = await ensureBuilt(checkout.root);
    checkout.write('src-main/cli/index.ts', '// new');
    await ensureBuilt(checkout.root);
    checkout.write('src-main/cli/index.ts', before);
    expect(await ensureBuilt(checkout.root)).toBe(first);
    expect(linked()).toBe(first);
    expect(readFileSync(join(checkout.root, 'builds.txt'), 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('is made anew where a build by hand has overwritten it', async () => {
    const first = await ensureBuilt(checkout.root);
    rmSync(join(first, '.complete')); // what electron-vite's emptying of out/main does, through the link
    checkout.write(`out/builds/${first.split(/[\\/]/).at(-2)}/main/cli.js`, 'by hand');
    await ensureBuilt(checkout.root);
    expect(readFileSync(join(first, 'cli.js'), 'utf8')).not.toBe('by hand');
  });

  it('takes the place of a folder that electron-vite left in out/main', async () => {
    checkout.write('out/main/cli.js', 'by hand');
    const main = await ensureBuilt(checkout.root);
    expect(linked()).toBe(main);
  });

  it('removes what nothing has used for a day', async () => {
    const first = await ensureBuilt(checkout.root);
    const old = new Date(Date.now() - 2 * 24 * 3_600_000);
    utimesSync(join(first, '..'), old, old);
    checkout.write('src-main/cli/index.ts', '// new');
    await ensureBuilt(checkout.root);
    expect(existsSync(first)).toBe(false);
  });
});
