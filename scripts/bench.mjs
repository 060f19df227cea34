#!/usr/bin/env node
// `npm run bench [-- ID …]`: builds, runs the benches of test/bench/index.ts one after the other, and prints what
// they found beside their limits. Ends with 1 when one misses its limit or fails.
import { availableParallelism, cpus } from 'node:os';
import { benchTable, outcome } from './lib/bench-table.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { loadTestModule } from './lib/load-test-module.mjs';
import { ROOT } from './lib/root.mjs';
import { report, say } from './lib/say.mjs';

async function runOne(bench) {
  try {
    return await bench.run();
  } catch (error) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    return { error: String(error?.message ?? error).split('\n')[0] };
  }
}

async function main() {
  process.chdir(ROOT);
  await ensureInstalled(ROOT);
  const { benches } = await loadTestModule(await ensureBuilt(ROOT), 'test/bench/index.ts');
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((id) => !benches.some((bench) => bench.id === id));
  if (unknown.length > 0) {
    say(`no bench ${unknown.join(', ')}; there are: ${benches.map(({ id }) => id).join(', ') || 'none yet'}`);
    return 2;
  }
  const chosen = benches.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const rows = [];
  for (const bench of chosen) {
    say(`${bench.id}: ${bench.title} …`);
    rows.push({ bench, result: await runOne(bench) });
  }
  process.stdout.write(
    `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, Node ${process.version}\n`,
  );
  process.stdout.write(`${benchTable(rows)}\n`);
  const bad = rows.filter(({ bench, result }) => ['miss', 'error'].includes(outcome(bench, result)));
  return bad.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = report(error);
}
