import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNameOf } from '../../src-main/report/history/entry.js';
import { History } from '../../src-main/report/history/history.js';
import { cancelledReport } from '../fixtures/dry-run-reports.js';
import { reportOf } from '../fixtures/report-parts.js';
import type { Bench } from './bench.js';

const count = 10_000;

/** A history of ten thousand reports, listed as by a command that starts: from its index and the files' times. */
export const historyList: Bench = {
  id: 'history-list',
  title: `list a history of ${count.toLocaleString('en')} reports, one of them new`,
  limit: 1,
  unit: 's',
  async run() {
    const home = await mkdtemp(join(tmpdir(), 'preflight-bench-'));
    try {
      const folder = join(home, 'reports');
      await mkdir(folder);
      const one = cancelledReport();
      for (let index = 0; index < count; index++) {
        const report = reportOf({ ...one, id: `run-${index}` });
        await writeFile(join(folder, fileNameOf(report)), JSON.stringify(report));
      }
      const began = performance.now();
      await new History(folder).list();
      const first = (performance.now() - began) / 1000;
      await new History(folder).add(reportOf({ ...one, id: 'new' }));
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
