import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from '../../../../src-main/report/history/history.js';
import { keepReport } from '../../../../src-main/report/history/keep.js';
import { dryRunReport } from '../../../fixtures/dry-run-reports.js';
import { reportOf } from '../../../fixtures/report-parts.js';
import { callInChild } from '../../../support/child-module.js';
import { smallDisk } from '../../../support/small-disk.js';

const reports = (count: number) =>
  Array.from({ length: count }, (_, index) => reportOf({ ...dryRunReport(), id: `run-${index}` }));

describe('a history that several processes write to', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'preflight-history-'));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  it('loses nothing, while they and this one list it', async () => {
    const folder = join(root, 'reports');
    const history = new History(folder);
    const children = ['a', 'b'].map((name) =>
      callInChild('fixtures/history-child.ts', 'keepMany', folder, name, 20),
    );
    for (const child of children) child.stdout.resume();
    const ends = Promise.all(children.map((child) => once(child, 'exit')));
    let ended = false;
    void ends.then(() => {
      ended = true;
    });
    while (!ended) {
      expect((await history.list()).broken).toEqual([]);
      await setTimeout(5);
    }
    expect((await ends).map(([code]) => code)).toEqual([0, 0]);
    const { reports: found, broken } = await history.list();
    expect(broken).toEqual([]);
    expect(new Set(found.map(({ entry }) => entry.id)).size).toBe(40);
  });

  it('has whole files alone after each is killed while it writes', async () => {
    const folder = join(root, 'reports');
    const kept = new Set<string>();
    for (const [index, wait] of [0, 2, 7, 13].entries()) {
      const child = callInChild('fixtures/history-child.ts', 'keepMany', folder, `k${index}`, 100_000);
      const exit = once(child, 'exit');
      for await (const line of createInterface({ input: child.stdout })) {
        kept.add(line.replace('kept ', ''));
        if (line.endsWith('-3') && !child.killed) void setTimeout(wait).then(() => child.kill('SIGKILL'));
      }
      expect(await exit).toEqual([null, 'SIGKILL']);
      const { reports: found, broken } = await new History(folder).list();
      expect(broken).toEqual([]);
      const ids = new Set(found.map(({ entry }) => entry.id));
      for (const id of kept) expect(ids).toContain(id);
    }
  });
});

const disk = await smallDisk();

describe.skipIf('reason' in disk)(
  `a full or read-only disk${'reason' in disk ? ` (skipped: ${disk.reason})` : ''}`,
  () => {
    if ('reason' in disk) return;
    afterAll(() => disk.remove());

    it('costs a warning of one line, and leaves what was there whole', async () => {
      const history = new History(join(disk.path, 'reports'));
      const [first, second, third] = reports(3);
      await history.add(first!);
      const ballast = await disk.fill();
      const full = await keepReport(second!, history);
      expect(full).toEqual({
        warning: expect.stringMatching(
          /^The report is not in the history: Cannot write [^\n]*the disk is full[^\n]*another PREFLIGHT_HOME \(ENOSPC\)\.$/,
        ),
      });
      // The index has no room either, which costs no list.
      expect((await history.list()).reports.map(({ entry }) => entry.id)).toEqual(['run-0']);
      expect((await readdir(history.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);

      await rm(ballast);
      disk.makeReadOnly();
      expect(await keepReport(third!, history)).toEqual({
        warning: expect.stringMatching(/read-only file system[^\n]*\(EROFS\)\.$/),
      });
      expect((await history.list()).reports).toHaveLength(1);
      await expect(history.remove('run-0')).rejects.toMatchObject({ name: 'UsageError' });
    });
  },
);
