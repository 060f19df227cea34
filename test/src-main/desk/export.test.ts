import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src-main/contract/channels.js';
import { exportFormSchema } from '../../../src-main/contract/export.js';
import { Desk } from '../../../src-main/desk/desk.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { goReport } from '../../fixtures/reports.js';

const report = goReport();
const host = report.machine.host.hostname;
let home: string;
let desk: Desk;
const printed: string[] = [];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'preflight-desk-'));
  desk = new Desk({
    home,
    flow: () => Promise.reject(new Error('no run is started here')),
    onFault: () => {},
    print: async (html) => {
      printed.push(html);
      return Buffer.from([0x25, 0x50, 0x44, 0x46, 0xff]);
    },
  });
  await desk.ask('history/import', { name: 'report.json', text: JSON.stringify(report) });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function exported(to: string, reveal: boolean): Promise<Answer<'export'>> {
  const outcome = await desk.ask('export', { id: report.id, to, reveal });
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.value as Answer<'export'>;
}

describe('an export that a page asks for', () => {
  it.each(exportFormSchema.options)('to %s names no host unless that is wanted', async (to) => {
    printed.length = 0;
    const [hidden, open] = [await exported(to, false), await exported(to, true)];
    const text = ({ content }: Answer<'export'>, page: string | undefined) => page ?? content;
    expect(text(hidden, printed[0])).not.toContain(host);
    // A config has no machine in it.
    if (to !== 'opensora-config') expect(text(open, printed[1])).toContain(host);
    expect(hidden.fileName).toMatch(/^preflight-v[\w.]+-train-go-\d{4}-\d\d-\d\d\.(html|pdf|md|json|py)$/);
    expect(hidden.encoding).toBe(to === 'pdf' ? 'base64' : 'utf8');
  });

  it('as JSON is a report that is whole', async () => {
    const { content } = await exported('json', true);
    expect(reportOfText(content)).toEqual(report);
    expect(reportOfText((await exported('json', false)).content)).toMatchObject({
      id: report.id,
      redacted: true,
      integrity: 'intact',
    });
  });

  it('as PDF keeps its bytes', async () => {
    const { content, mediaType } = await exported('pdf', false);
    expect([...Buffer.from(content, 'base64')]).toEqual([0x25, 0x50, 0x44, 0x46, 0xff]);
    expect(mediaType).toBe('application/pdf');
  });

  it('shows beforehand what is replaced', async () => {
    const outcome = await desk.ask('export/preview', { id: report.id });
    const replaced = (outcome.ok && outcome.value) as Answer<'export/preview'>;
    expect(replaced.find(({ field }) => field === 'machine.host.hostname')).toMatchObject({ from: host });
  });

  it('is refused in one line for another form, or a report that is not there', async () => {
    await expect(exported('exe', false)).rejects.toThrow(/^export\.to: Invalid option/);
    const none = await desk.ask('export', { id: 'none', to: 'json', reveal: false });
    expect(none).toMatchObject({ ok: false, kind: 'usage' });
  });
});
