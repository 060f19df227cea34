#!/usr/bin/env node
// `npm run validate [-- --write]`: every published figure beside what Preflight says of it, as docs/accuracy.md shows
// it. `--write` puts the tables there. Ends with 1 when a limit is missed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { loadTestModule } from './lib/load-test-module.mjs';
import { ROOT } from './lib/root.mjs';
import { report, say } from './lib/say.mjs';

const begin = '<!-- validate: made by npm run validate -- --write -->';
const end = '<!-- /validate -->';

function write(markdown) {
  const path = join(ROOT, 'docs', 'accuracy.md');
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/accuracy.md has no ${begin} … ${end}`);
  writeFileSync(path, `${text.slice(0, from)}${begin}\n${markdown}${text.slice(to)}`);
  say('docs/accuracy.md has the tables now');
}

async function main() {
  process.chdir(ROOT);
  const words = process.argv.slice(2);
  const unknown = words.filter((word) => word !== '--write');
  if (unknown.length > 0) {
    say(`unknown ${unknown.join(', ')}; there is --write`);
    return 2;
  }
  await ensureInstalled(ROOT);
  const { sections, scoreOf, validationMarkdown } = await loadTestModule(
    await ensureBuilt(ROOT),
    'test/validate/index.ts',
  );
  say('working out every published figure …');
  const all = sections();
  const markdown = validationMarkdown(all);
  process.stdout.write(markdown);
  if (words.includes('--write')) write(markdown);
  const misses = all.flatMap((section) => scoreOf(section).misses.map((miss) => `${section.title}: ${miss}`));
  for (const miss of misses) say(`not held: ${miss}`);
  return misses.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = report(error);
}
