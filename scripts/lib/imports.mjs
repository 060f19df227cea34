import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';

// What imports what. dependency-cruiser would answer this, but it reads TypeScript through the compiler's old
// programming interface, which TypeScript 7 no longer has: it then finds no module at all and calls that clean.

const SOURCE = /(?<!\.d)\.tsx?$/;

export function sourceFiles(root, folders) {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.isDirectory()) walk(`${path}/${entry.name}`);
      else if (SOURCE.test(entry.name)) found.push(`${path}/${entry.name}`);
    }
  };
  for (const folder of folders) if (existsSync(join(root, folder))) walk(folder);
  return found.sort();
}

/** `import('./a').T` stands in types alone, and so not in the parser's list of imports. */
function typeQueries(node, found = []) {
  if (node === null || typeof node !== 'object') return found;
  if (node.type === 'TSImportType') {
    const specifier = node.source?.value ?? node.argument?.literal?.value;
    if (typeof specifier === 'string') found.push({ specifier, typeOnly: true, at: node.start });
  }
  for (const value of Object.values(node)) if (typeof value === 'object') typeQueries(value, found);
  return found;
}

/** The imports of one file: { specifier, typeOnly, at }. */
export function importsOf(file, source) {
  const parsed = parseSync(file, source);
  if (parsed.errors.length > 0) throw new Error(`${file}: ${parsed.errors[0].message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  // By the keyword, not by the names: `import { type A } from` still runs the module under verbatimModuleSyntax.
  const typeOnly = (at) => /^(import|export)\s+type\b/.test(source.slice(at, at + 40));
  const found = staticImports.map(({ moduleRequest, start }) => ({
    specifier: moduleRequest.value,
    typeOnly: typeOnly(start),
    at: start,
  }));
  for (const { entries, start } of staticExports) {
    const from = entries.find((entry) => entry.moduleRequest)?.moduleRequest;
    if (from) found.push({ specifier: from.value, typeOnly: typeOnly(start), at: start });
  }
  for (const { moduleRequest, start } of dynamicImports) {
    const written = source.slice(moduleRequest.start, moduleRequest.end);
    const literal = /^(['"`])([^'"`$]+)\1$/.exec(written)?.[2];
    if (literal) found.push({ specifier: literal, typeOnly: false, at: start });
  }
  return [...found, ...typeQueries(parsed.program)];
}

const isFile = (path) => existsSync(path) && statSync(path).isFile();

/** Where a specifier leads: a path in the checkout, node_modules/…, or a built-in; nothing if nowhere. */
export function resolveImport(root, file, specifier) {
  if (isBuiltin(specifier)) return { path: specifier.replace(/^node:/, ''), types: ['core'] };
  const bare = specifier.replace(/\?.*$/, ''); // Vite's suffixes, such as ?raw
  if (!bare.startsWith('.')) return { path: `node_modules/${bare}/`, types: ['npm'] };
  const target = posix.join(posix.dirname(file), bare);
  const candidates = [
    target,
    target.replace(/\.js$/, '.ts'),
    target.replace(/\.jsx?$/, '.tsx'),
    ...['.ts', '.tsx', '/index.ts', '/index.tsx'].map((ending) => target + ending),
  ];
  const path = candidates.find((candidate) => isFile(join(root, candidate)));
  return path === undefined ? undefined : { path, types: ['local'] };
}

/** All imports of all files: { from, line, specifier, to, types }, `to` absent where nothing is there. */
export function importGraph(root, folders) {
  const files = sourceFiles(root, folders);
  const edges = files.flatMap((from) => {
    const source = readFileSync(join(root, from), 'utf8');
    return importsOf(from, source).map(({ specifier, typeOnly, at }) => {
      const resolved = resolveImport(root, from, specifier);
      return {
        from,
        line: source.slice(0, at).split('\n').length,
        specifier,
        to: resolved?.path,
        types: [...(resolved?.types ?? []), ...(typeOnly ? ['type-only'] : [])],
      };
    });
  });
  return { files, edges };
}
