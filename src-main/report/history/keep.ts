import type { Report } from '../../contract/report.js';
import { UsageError } from '../../contract/usage-error.js';
import { History } from './history.js';

/** What became of a run's report: where it is kept, or one line that says why it is not. */
export type KeepResult = { path: string } | { warning: string };

/** Keeps the report of a run. A run that was measured stays what it is where that fails, so nothing is thrown. */
export async function keepReport(report: Report, history = new History()): Promise<KeepResult> {
  try {
    return { path: (await history.add(report)).path };
  } catch (error) {
    const why = error instanceof UsageError ? error.message : `${(error as Error).message}`;
    return { warning: `The report is not in the history: ${why}` };
  }
}
