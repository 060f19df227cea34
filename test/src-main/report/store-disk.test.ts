import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeSchema } from '../../../src-main/contract/probe.js';
import { reportSchema } from '../../../src-main/contract/report.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { identityOf } from '../../../src-main/report/run-identity.js';
import { openRunFolder } from '../../../src-main/report/store.js';
import { isTemporary, writeAtomic } from '../../../src-main/report/write-atomic.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { callInChild } from '../../support/child-module.js';
import { smallDisk } from '../../support/small-disk.js';

const report = dryRunReport();
const identity = identityOf(report);

describe('a process that is killed while it writes', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'preflight-kill-'));
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));

  it('leaves whole files, loses at most the probe under way, and can be gone on with', async () => {
    const out = join(root, 'run');
    let recorded = 0;
    for (const wait of [0, 3, 11, 29]) {
      const { opened, done } = await writeAndKill(out, wait);
      expect(opened).toBeGreaterThanOrEqual(recorded);
      recorded = done;
      const names = (await readdir(join(out, 'probes'))).filter((name) => !isTemporary(name));
      expect(names.length).toBeGreaterThanOrEqual(done);
      for (const name of names)
        probeSchema.parse(JSON.parse(await readFile(join(out, 'probes', name), 'utf8')));
      reportSchema.parse(JSON.parse(await readFile(join(out, 'report.json'), 'utf8')));
      reportOfText(await readFile(join(out, 'report.html'), 'utf8'));
    }
    const folder = await openRunFolder(out, identity);
    expect(folder.finished.length).toBeGreaterThanOrEqual(recorded);
    await folder.close();
    const left = await readdir(out, { recursive: true });
    expect(left.filter((name) => name.endsWith('.tmp') || name.startsWith('.'))).toEqual([]);
  });

  async function writeAndKill(out: string, wait: number): Promise<{ opened: number; done: number }> {
    const child = callInChild('fixtures/store-child.ts', 'recordForEver', out);
    const exit = once(child, 'exit');
    let opened = -1;
    let done = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, count] = line.split(' ');
      if (word === 'open') opened = Number(count);
      else done = Number(count);
      if (done >= opened + 3 && !child.killed) void setTimeout(wait).then(() => child.kill('SIGKILL'));
    }
    await exit;
    return { opened, done };
  }
});

const disk = await smallDisk();

describe.skipIf('reason' in disk)(
  `a full or read-only disk${'reason' in disk ? ` (skipped: ${disk.reason})` : ''}`,
  () => {
    if ('reason' in disk) return;
    const at = disk.path;
    afterAll(() => disk.remove());

    it('ends in one line, keeps the old file whole and leaves no half of a new one', async () => {
      const out = join(at, 'run');
      const folder = await openRunFolder(out, identity);
      await folder.record(report.probes[0]!);
      await folder.finish(report);
      const before = await readFile(join(out, 'report.html'), 'utf8');
      const ballast = await disk.fill();
      const full = expect.objectContaining({
        name: 'UsageError',
        message: expect.stringMatching(/^Cannot write [^\n]*the disk is full[^\n]*\(ENOSPC\)\.$/),
      });
      await expect(folder.finish(report)).rejects.toEqual(full);
      await expect(folder.record(report.probes[1]!)).rejects.toEqual(full);
      await expect(writeAtomic(join(out, 'report.html'), 'x'.repeat(400_000))).rejects.toMatchObject({
        code: 'ENOSPC',
      });
      expect(await readFile(join(out, 'report.html'), 'utf8')).toBe(before);
      expect((await readdir(out, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await folder.close();

      await rm(ballast);
      const again = await openRunFolder(out, identity);
      expect(again.finished).toEqual(report.probes.slice(0, 1));
      await again.close();

      disk.makeReadOnly();
      const readOnly = expect.objectContaining({
        name: 'UsageError',
        message: expect.stringMatching(/read-only file system[^\n]*\(EROFS\)\.$/),
      });
      await expect(openRunFolder(out, identity)).rejects.toEqual(readOnly);
      await expect(openRunFolder(join(at, 'other'), identity)).rejects.toEqual(readOnly);
    });
  },
);
