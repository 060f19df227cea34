import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { violations } from '../../scripts/lib/import-rule.mjs';
import { importGraph, importsOf } from '../../scripts/lib/imports.mjs';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'preflight-imports-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function broken(files: Record<string, string>, rules = forbidden): string[] {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return violations(rules, importGraph(root, ['models', 'src-main', 'src-renderer']));
}

describe('what a file imports', () => {
  it('is found in every form', () => {
    const source = `
      import a from './a.js';
      import type { B } from './b.js';
      import { type C } from './c.js';
      export * from './d.js';
      export type { E } from './e.js';
      const f = () => import('./f.js');
      type G = import('./g.js').G;
      import './h.js';
      // import './comment.js'
      const i = "import './string.js'";`;
    const found = importsOf('x.ts', source).map((each: { specifier: string; typeOnly: boolean }) => [
      each.specifier.slice(2, 3),
      each.typeOnly,
    ]);
    expect(found.sort()).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
      ['d', false],
      ['e', true],
      ['f', false],
      ['g', true],
      ['h', false],
    ]);
  });

  it('is found in a file with JSX', () => {
    expect(importsOf('x.tsx', "import y from './y'; export const Z = () => <p>{y}</p>;")).toHaveLength(1);
  });

  it('cannot be said of a file that is no TypeScript', () => {
    expect(() => importsOf('x.ts', 'import from;')).toThrow('x.ts');
  });
});

describe('the import rule', () => {
  it('lets a later room import an earlier one', () => {
    expect(
      broken({
        'models/a.ts': 'export const a = 1;',
        'src-main/contract/b.ts': "export { a } from '../../models/a.js';",
        'src-main/cli/index.ts': "import '../contract/b.js'; import 'node:fs';",
      }),
    ).toEqual([]);
  });

  it.each([
    ['back', 'src-main/contract/a.ts', "import '../cli/index.js';"],
    ['back, for a type', 'src-main/contract/a.ts', "import type { X } from '../cli/index.js';"],
    ['back, from a folder', 'src-main/contract/a.ts', "import '../cli';"],
    ['a built-in in models', 'models/a.ts', "import 'node:fs';"],
    ['src-main in models', 'models/a.ts', "import '../src-main/cli/index.js';"],
    ['ONNX Runtime outside the worker', 'src-main/probe/host.ts', "import 'onnxruntime-node';"],
    ['Electron outside its room', 'src-main/cli/a.ts', "import { app } from 'electron';"],
    ['the machine in the renderer', 'src-renderer/a.tsx', "import '../src-main/machine/m.js';"],
    ['what is not there', 'src-main/cli/a.ts', "import './nothing.js';"],
  ])('refuses: %s', (_what, file, source) => {
    const files = {
      'src-main/cli/index.ts': 'export {};',
      'src-main/machine/m.ts': 'export {};',
      [file]: source,
    };
    expect(broken(files)).toHaveLength(1);
  });

  it('lets types of ONNX Runtime through', () => {
    expect(broken({ 'src-main/probe/host.ts': "import type { Tensor } from 'onnxruntime-node';" })).toEqual(
      [],
    );
  });

  it('refuses circles, and not those of types', () => {
    const circle = (word: string) => ({
      'models/a.ts': "import './b.js';",
      'models/b.ts': `import ${word} './a.js';`,
    });
    expect(broken(circle(''))).toEqual(['no-circles: models/a.ts → models/b.ts → models/a.ts']);
    expect(broken(circle('type { A } from'))).toEqual([]);
  });

  it('refuses a rule that it would only half understand', () => {
    const rule = { name: 'odd', from: {}, to: { reachable: true } };
    expect(() => broken({ 'models/a.ts': '' }, [rule])).toThrow('rule odd: to.reachable is not supported');
  });
});
