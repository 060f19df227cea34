import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../../src-main/report/history/history.js';
import { historyFolder } from '../../src-main/report/history/home.js';
import { cancelledReport } from '../fixtures/dry-run-reports.js';
import { reportOf } from '../fixtures/report-parts.js';
import type { Bench } from './bench.js';
import { countWord, writeManyReports } from './many-reports.js';

/** A history of ten thousand reports, listed as by a command that starts: from its index and the files' times. */
export const historyList: Bench = {
  id: 'history-list',
  title: `list a history of ${countWord} reports, one of them new`,
  limit: 1,
  unit: 's',
  async run() {
    const home = await mkdtemp(join(tmpdir(), 'preflight-bench-'));
    try {
      const count = writeManyReports(home);
      const folder = historyFolder(home);
      const began = performance.now();
      await new History(folder).list();
      const first = (performance.now() - began) / 1000;
      await new History(folder).add(reportOf({ ...cancelledReport(), id: 'new' }));
      const start = performance.now();
      const { reports } = await new History(folder).list();
      const value = (performance.now() - start) / 1000;
      if (reports.length !== count + 1) throw new Error(`${reports.length} reports were listed`);
      return { value, detail: `without an index, once: ${first.toFixed(1)} s` };
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
