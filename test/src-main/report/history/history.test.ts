import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entryMatches } from '../../../../src-main/contract/history.js';
import type { Report } from '../../../../src-main/contract/report.js';
import { History } from '../../../../src-main/report/history/history.js';
import { preflightHome } from '../../../../src-main/report/history/home.js';
import { keepReport } from '../../../../src-main/report/history/keep.js';
import { renderHistory } from '../../../../src-main/report/history/terminal-history.js';
import { renderHtml } from '../../../../src-main/report/html.js';
import { readReport } from '../../../../src-main/report/read-report.js';
import { cellsOf } from '../../../../src-main/report/text-layout.js';
import { cancelledReport, dryRunReport } from '../../../fixtures/dry-run-reports.js';
import { labReport } from '../../../fixtures/lab-reports.js';
import { reportOf } from '../../../fixtures/report-parts.js';

let home: string;
let history: History;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'preflight-history-'));
  history = new History(join(home, 'reports'));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

const ids = async () => (await history.list()).reports.map(({ entry }) => entry.id);
const dated = (report: Report, createdAt: string) => reportOf({ ...report, createdAt });

describe('a history', () => {
  it('keeps each report as a file of its own, and lists them newest first', async () => {
    const [old, young] = [dated(dryRunReport(), '2026-01-01T00:00:00.000Z'), labReport()];
    const { path, added } = await history.add(old);
    await history.add(young);
    expect([added, await readReport(path)]).toEqual([true, old]);
    expect(path).toContain(`${old.id}-`);
    const { reports, broken } = await history.list();
    expect(broken).toEqual([]);
    expect(reports.map(({ entry }) => entry)).toMatchObject([
      {
        id: young.id,
        hostname: 'lab-01',
        gpus: '8 × NVIDIA H100 80GB HBM3',
        run: 'v2.0 train, 256px, 129 frames, batch 4',
        verdict: 'go',
      },
      { id: old.id, hostname: 'laptop', gpus: '', profile: 'quick', device: 'cpu', verdict: 'inconclusive' },
    ]);
    expect(await history.read(reports[1]!)).toEqual(old);
  });

  it('knows a report that is there already, whatever file it comes in, and keeps an edited one beside it', async () => {
    const report = labReport();
    const { path } = await history.add(report);
    const page = join(home, 'page.html');
    await writeFile(page, renderHtml(report));
    expect(await history.add(await readReport(page))).toEqual({ path, added: false });
    const edited = join(home, 'edited.json');
    await writeFile(edited, JSON.stringify({ ...report, command: 'preflight run --batch 64' }));
    expect((await history.add(await readReport(edited))).added).toBe(true);
    const { reports } = await history.list();
    expect(reports.map(({ entry }) => entry.integrity).toSorted()).toEqual(['edited', 'intact']);
  });

  it.each([
    ['changed', async (path: string) => writeFile(path, JSON.stringify(cancelledReport()))],
    ['touched', async (path: string) => utimes(path, 1, 1)],
    ['deleted', async (path: string) => rm(path)],
  ])('sees a file that was %s since the index was written', async (_, act) => {
    const { path } = await history.add(labReport());
    await history.add(dryRunReport());
    expect(await ids()).toHaveLength(2);
    await act(path);
    const before = await readIndexed();
    await history.list();
    expect(await readIndexed()).not.toEqual(before);
    expect(await ids()).toEqual(
      await new History(history.folder).list().then(({ reports }) => reports.map(({ entry }) => entry.id)),
    );
  });

  it.each([
    ['missing', null],
    ['cut short', '{"kind":"preflight-index","ver'],
    ['of something else', '[1]'],
    ['hostile', '{"kind":"preflight-index","version":1,"rows":{"__proto__":{"a":1}}}'],
  ])('makes its index again where that is %s', async (_, text) => {
    await history.add(labReport());
    await history.add(dryRunReport());
    await history.list();
    const whole = await readIndexed();
    if (text === null) await rm(join(home, 'index.json'));
    else await writeFile(join(home, 'index.json'), text);
    expect(await ids()).toHaveLength(2);
    expect(await readIndexed()).toEqual(whole);
  });

  it('reads no file again that the index knows', async () => {
    const { path } = await history.add(labReport());
    const [entry] = await ids();
    const { mtime, size } = await stat(path);
    // Another content of the same time and size shows that it was not opened.
    await writeFile(path, ' '.repeat(size));
    await utimes(path, mtime, mtime);
    const { mtimeMs } = await stat(path);
    const index = JSON.parse(await readFile(join(home, 'index.json'), 'utf8'));
    for (const row of Object.values<{ modifiedMs: number }>(index.rows)) row.modifiedMs = mtimeMs;
    await writeFile(join(home, 'index.json'), JSON.stringify(index));
    expect(await ids()).toEqual([entry]);
  });

  it('says what holds no report, and leaves it', async () => {
    await history.add(labReport());
    await writeFile(join(history.folder, 'notes.json'), '{"mine": 1}');
    await writeFile(join(history.folder, 'cat.jpg'), 'cat');
    await mkdir(join(history.folder, 'folder.json'));
    const list = await history.list();
    expect(list.broken).toEqual([
      { path: join(history.folder, 'notes.json'), reason: expect.stringMatching(/no Preflight report/) },
    ]);
    expect(list.reports).toHaveLength(1);
    expect(await readFile(join(history.folder, 'cat.jpg'), 'utf8')).toBe('cat');
  });

  it('deletes drafts of writes that were killed, and none that may be under way', async () => {
    await history.add(labReport());
    const [old, young] = ['.x.json.0123456789ab.tmp', '.y.json.0123456789ab.tmp'].map((name) =>
      join(history.folder, name),
    );
    for (const path of [old!, young!]) await writeFile(path, '{');
    await utimes(old!, 1, 1);
    await history.list();
    expect((await readdir(history.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([
      '.y.json.0123456789ab.tmp',
    ]);
  });

  it.each(['../../escape', '/etc/passwd', '.hidden', 'CON', 'a/b', 'x'.repeat(300), '', 'é\u0000', '..'])(
    'takes no path out of an id such as %j',
    async (id) => {
      const { path } = await history.add(reportOf({ ...labReport(), id }));
      expect(resolve(path, '..')).toBe(resolve(history.folder));
      expect(await ids()).toEqual([id]);
    },
  );

  it('deletes the one report that is meant', async () => {
    for (const id of ['aa-1', 'aa-2', 'bb-1']) await history.add(reportOf({ ...labReport(), id }));
    await expect(history.remove('aa')).rejects.toThrow(/2 reports .* begins with "aa" .*give more of it/);
    await expect(history.remove('zz')).rejects.toThrow(/no report in the history/);
    await expect(history.remove('')).rejects.toThrow(/no report in the history/);
    await history.remove('bb');
    expect((await ids()).toSorted()).toEqual(['aa-1', 'aa-2']);
  });

  it('finds by words', async () => {
    await history.add(labReport());
    await history.add(dryRunReport());
    const { reports } = await history.list();
    const found = (...words: string[]) =>
      reports.filter((kept) => entryMatches(kept.entry, words)).map(({ entry }) => entry.hostname);
    expect(found('H100', 'LAB')).toEqual(['lab-01']);
    expect(found('v1.2')).toEqual(['laptop']);
    expect(found('h100', 'v1.2')).toEqual([]);
  });

  it('is empty where nothing was kept, and a file in its place is said in one line', async () => {
    expect(await history.list()).toEqual({ reports: [], broken: [] });
    await writeFile(join(home, 'reports'), '');
    await expect(history.list()).rejects.toThrow(/cannot be read: ENOTDIR/);
    expect(await keepReport(labReport(), history)).toEqual({
      warning: expect.stringMatching(/not in the history: Cannot write .*PREFLIGHT_HOME/),
    });
  });

  const readIndexed = async () => JSON.parse(await readFile(join(home, 'index.json'), 'utf8')) as unknown;
});

describe('its place', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is PREFLIGHT_HOME, else what the platform says', () => {
    vi.stubEnv('PREFLIGHT_HOME', 'some/where');
    expect(preflightHome()).toBe(resolve('some/where'));
    vi.stubEnv('PREFLIGHT_HOME', '');
    expect(preflightHome()).toMatch(/preflight-for-open-sora/);
  });
});

describe('its list on a terminal', () => {
  it('has verdict, run, machine and path, within 80 columns but for the path', async () => {
    for (const report of [labReport(), dryRunReport(), cancelledReport()]) await history.add(report);
    await writeFile(join(history.folder, 'notes.json'), '{');
    const list = await history.list();
    const text = renderHistory(
      { ...list, reports: list.reports.slice(0, 2), folder: history.folder, total: 3 },
      { color: false, width: 80 },
    );
    for (const line of text.split('\n').filter((each) => !each.includes(history.folder)))
      expect(cellsOf(line)).toBeLessThanOrEqual(80);
    expect(text).toMatch(/notes\.json is no\s+whole\s+JSON/);
    expect(text).toMatch(/3 reports in/);
    expect(
      renderHistory({ reports: [], broken: [], folder: '/x', total: 0 }, { color: false, width: 80 }),
    ).toBe('No report in /x.\n');
  });
});
