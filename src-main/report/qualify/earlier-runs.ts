import type { Report } from '../../contract/report.js';
import { entryOf } from '../history/entry.js';
import type { History } from '../history/history.js';

/** Enough to know a machine's noise by; more only take time to read. */
const mostRuns = 30;

/**
 * The newest reports of a history that may be earlier runs of a report's machine, for `trendOf`.
 *
 * @param onRead as of `History.list`
 */
export async function earlierRuns(
  report: Report,
  history: History,
  onRead?: (done: number, total: number) => void,
): Promise<Report[]> {
  const own = entryOf(report);
  const { reports } = await history.list(onRead);
  const alike = reports.filter(
    ({ entry }) =>
      entry.createdAt < own.createdAt &&
      entry.state === 'complete' &&
      (['hostname', 'gpus', 'run', 'device', 'profile'] as const).every((key) => entry[key] === own[key]),
  );
  const read = alike.slice(0, mostRuns).map((kept) => history.read(kept).catch(() => null));
  return (await Promise.all(read)).filter((one) => one !== null);
}
