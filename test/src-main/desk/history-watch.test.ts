import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HistoryWatch } from '../../../src-main/desk/history-watch.js';
import { History } from '../../../src-main/report/history/history.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { reportOf } from '../../fixtures/report-parts.js';
import { until } from '../../support/processes.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-watch-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the watch of the history', () => {
  it('tells that reports came and went, from the very first on, and nothing while they stay', async () => {
    const folder = join(home, 'reports');
    const watch = new HistoryWatch(folder);
    const history = new History(folder);
    let told = 0;
    const unlisten = watch.topic.listen(() => {
      told += 1;
    });
    await history.add(dryRunReport());
    await until('the first is told', () => told === 1, 10_000);
    await history.add(cancelledReport());
    await until('the second is told', () => told === 2, 10_000);
    // What is there already changes nothing, and neither does reading.
    await history.add(cancelledReport());
    await history.list();
    await setTimeout(2500);
    expect(told).toBe(2);
    const [newest] = (await history.list()).reports;
    await history.delete(newest!);
    await until('the removal is told', () => told === 3, 10_000);
    unlisten();
    await history.add(reportOf({ ...dryRunReport(), id: 'later' }));
    await setTimeout(2500);
    expect(told).toBe(3);
  });
});
