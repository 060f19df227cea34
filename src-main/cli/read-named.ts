import type { NamedReport } from '../report/named-report.js';
import { readReport } from '../report/read-report.js';

/** Reports with the paths that they were given by, one after the other, so that the first fault is the one that is told. */
export async function readNamed(paths: readonly string[]): Promise<NamedReport[]> {
  const reports: NamedReport[] = [];
  for (const name of paths) reports.push({ name, report: await readReport(name) });
  return reports;
}
