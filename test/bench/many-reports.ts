import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../../src-main/report/history/entry.js';
import { historyFolder } from '../../src-main/report/history/home.js';
import { cancelledReport } from '../fixtures/dry-run-reports.js';
import { reportOf } from '../fixtures/report-parts.js';

const count = 10_000;
export const countWord = count.toLocaleString('en');

/** The history of a lab after years, in a home of its own. Answers how many reports it has. */
export function writeManyReports(home: string): number {
  const folder = historyFolder(home);
  mkdirSync(folder, { recursive: true });
  const one = cancelledReport();
  for (let index = 0; index < count; index++) {
    const report = reportOf({ ...one, id: `run-${index}` });
    writeFileSync(join(folder, fileNameOf(report)), JSON.stringify(report));
  }
  return count;
}
