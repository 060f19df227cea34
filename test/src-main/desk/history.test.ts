import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Channel } from '../../../src-main/contract/channels.js';
import { Desk } from '../../../src-main/desk/desk.js';
import { renderHtml } from '../../../src-main/report/html.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../fixtures/hostile-report.js';
import { goReport } from '../../fixtures/reports.js';

// What pages ask of the history, over real files.

let home: string;
let desk: Desk;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-desk-'));
  const unused = () => Promise.reject(new Error('no run is started here'));
  desk = new Desk({ home, flow: unused, onFault: () => {} });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function ask<C extends Channel>(channel: C, question: unknown): Promise<Answer<C>> {
  const outcome = await desk.ask(channel, question);
  if (!outcome.ok) throw new Error(`${outcome.kind}: ${outcome.message}`);
  return outcome.value as Answer<C>;
}
const add = (report: object, name = 'report.json') =>
  ask('history/import', { name, text: JSON.stringify(report) });
const files = () => readdirSync(join(home, 'reports')).filter((name) => name.endsWith('.json'));

describe('the history, as pages ask for it', () => {
  it('is empty at first', async () => {
    expect(await ask('history/list', {})).toEqual({ reports: [], broken: [] });
  });

  it('takes a report as JSON or HTML once, lists, reads and deletes it', async () => {
    const report = goReport();
    expect(await add(report)).toMatchObject({ added: true, entry: { id: report.id, verdict: 'go' } });
    const html = { name: 'report.html', text: renderHtml(report) };
    expect(await ask('history/import', html)).toMatchObject({ added: false });
    const { entry } = await add(dryRunReport());
    const { reports } = await ask('history/list', {});
    expect(reports.map(({ id }) => id).sort()).toEqual([report.id, entry.id].sort());
    expect(await ask('history/read', { id: report.id })).toEqual(report);
    expect(await ask('history/read', { id: report.id, digest: report.digest })).toEqual(report);
    await ask('history/remove', { id: report.id, digest: report.digest });
    await expect(ask('history/read', { id: report.id })).rejects.toThrow(
      /^usage: the history has no report \S+; it may have been deleted$/,
    );
    expect((await ask('history/list', {})).reports.map(({ id }) => id)).toEqual([entry.id]);
  });

  it('tells an edited report as edited, beside the one that was not', async () => {
    const report = goReport();
    await add(report);
    await add({ ...report, wallSeconds: report.wallSeconds + 1 });
    const { reports } = await ask('history/list', {});
    expect(reports.map(({ integrity }) => integrity).sort()).toEqual(['edited', 'intact']);
    expect(await ask('history/read', { id: report.id, digest: report.digest })).toMatchObject({
      id: report.id,
    });
  });

  it('compares what is kept, and says what has nothing in common', async () => {
    const [first, second] = [goReport(), cancelledReport()];
    const { entry } = await add({ ...first, id: 'another' });
    await add(first);
    await add(second);
    const ids = (...of: string[]) => ({ reports: of.map((id) => ({ id })) });
    const comparison = await ask('compare', ids(first.id, entry.id));
    expect(comparison.first.id).toBe(first.id);
    expect(comparison.pairs).toHaveLength(1);
    expect(comparison.pairs[0]!.points.length).toBeGreaterThan(0);
    await expect(ask('compare', ids(first.id))).rejects.toThrow(/^usage: compare\.reports: Too small/);
    await expect(ask('compare', ids(first.id, 'none'))).rejects.toThrow(/has no report none/);
  });

  it.each([
    ['zeros', '\0'.repeat(2 ** 20), /^usage: mine\.json/],
    ['nothing', '', /^usage: mine\.json/],
    ['half a report', JSON.stringify(goReport()).slice(0, -999), /^usage: mine\.json/],
    ['a newer schema', JSON.stringify({ ...goReport(), schemaVersion: 999 }), /^usage: mine\.json.*999/],
    ['another document', '{"kind":"preflight-baseline"}', /^usage: mine\.json/],
    ['a page without a report', '<html><script>alert(1)</script></html>', /^usage: .*mine\.json/],
    ['a list', '[]', /^usage: mine\.json/],
  ])('refuses %s in one line and keeps nothing', async (_, text, says) => {
    await add(goReport());
    const outcome = await desk.ask('history/import', { name: 'mine.json', text });
    const message = outcome.ok ? 'taken' : `${outcome.kind}: ${outcome.message}`;
    expect(message).toMatch(says);
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(500);
    expect(files()).toHaveLength(1);
  });

  it('keeps a report with script in every string as the data that it is', async () => {
    const { entry } = await add(hostileReport());
    expect(await ask('history/read', { id: entry.id })).toMatchObject({ id: entry.id });
    expect(files()).toHaveLength(1);
  });

  it('takes an id for no path, and lists what is broken with its reason', async () => {
    await add(goReport());
    writeFileSync(join(home, 'reports', 'half.json'), '{"kind":');
    writeFileSync(join(home, 'secret.json'), JSON.stringify(dryRunReport()));
    for (const id of ['../secret.json', '../secret', files()[0]!, '/etc/passwd', '__proto__'])
      for (const channel of ['history/read', 'history/remove'] as const)
        await expect(ask(channel, { id })).rejects.toThrow(/^usage: the history has no report/);
    const { reports, broken } = await ask('history/list', {});
    expect(reports).toHaveLength(1);
    expect(broken).toMatchObject([{ path: join(home, 'reports', 'half.json') }]);
    expect(readdirSync(home)).toContain('secret.json');
  });
});
