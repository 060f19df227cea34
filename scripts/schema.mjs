#!/usr/bin/env node
// `npm run schema`: writes report.schema.json from the schema in the contract. A test fails where it is stale.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { loadTestModule } from './lib/load-test-module.mjs';
import { ROOT } from './lib/root.mjs';
import { report, say } from './lib/say.mjs';

try {
  await ensureInstalled(ROOT);
  const { reportJsonSchema } = await loadTestModule(
    await ensureBuilt(ROOT),
    'src-main/report/json-schema.ts',
  );
  writeFileSync(join(ROOT, 'report.schema.json'), reportJsonSchema());
  say('report.schema.json is up to date');
} catch (error) {
  process.exitCode = report(error);
}
