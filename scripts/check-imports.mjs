#!/usr/bin/env node
// The import rule: which room may import which (ARCHITECTURE.md, .dependency-cruiser.cjs).
import { createRequire } from 'node:module';
import { violations } from './lib/import-rule.mjs';
import { importGraph } from './lib/imports.mjs';
import { ROOT } from './lib/root.mjs';

const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');
const graph = importGraph(ROOT, ['models', 'src-main', 'src-renderer']);
const broken = violations(forbidden, graph);
for (const line of broken) console.log(line);
console.log(
  `${graph.files.length} modules, ${graph.edges.length} imports, ${broken.length} against the rule`,
);
if (broken.length > 0 || graph.files.length === 0) process.exitCode = 1;
