import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../src-main/report/terminal.js';
import { cellsOf } from '../../../src-main/report/text-layout.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../fixtures/hostile-report.js';
import { goReport, goWithChangesReport, noGoReport } from '../../fixtures/reports.js';

const reports = {
  go: goReport(),
  'go-with-changes': goWithChangesReport(),
  'no-go': noGoReport(),
  'dry-run': dryRunReport(),
  cancelled: cancelledReport(),
  hostile: hostileReport(),
};
const plain = { color: false, width: 80 };

describe('a report on the terminal', () => {
  it.each(Object.entries(reports))('%s fits 80 columns, and 40', (_, report) => {
    for (const width of [80, 60, 40]) {
      const lines = renderTerminal(report, { color: false, width }).split('\n');
      expect(lines.filter((line) => cellsOf(line) > width)).toEqual([]);
    }
  });

  it('is the same text with and without colour, and without it has no escape', () => {
    for (const report of Object.values(reports)) {
      const text = renderTerminal(report, plain);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      const colored = renderTerminal(report, { ...plain, color: true });
      expect(colored).toContain('\u001b[');
      const trimmed = stripVTControlCharacters(colored).replace(/ +$/gm, '');
      expect(trimmed).toBe(text);
    }
  });

  it('says the verdict in its first line, with a shape and a word', () => {
    const first = (report: keyof typeof reports) => renderTerminal(reports[report], plain).split('\n')[0];
    expect(first('go')).toMatch(/^✔ Go: It peaks at 71.2 GiB/);
    expect(first('go-with-changes')).toMatch(/^▲ Go with changes: As asked it needs 83.6 GiB/);
    expect(first('no-go')).toMatch(/^✖ No-go: The model states alone/);
    expect(first('dry-run')).toMatch(/^◌ Inconclusive: Dry run on the CPU/);
    expect(first('cancelled')).toMatch(/^◌ Inconclusive: Cancelled after 2 of 9 probes/);
  });

  it('keeps the order: verdict, reasons, changes, parts, grid, checks', () => {
    const text = renderTerminal(reports['go-with-changes'], plain);
    const order = [
      'Go with changes',
      '\nWhy',
      '\nChanges',
      '\nMemory on each GPU',
      '\nOne block by',
      '\nChecks',
      '\nNot tested',
    ];
    const positions = order.map((title) => text.indexOf(title));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(positions).not.toContain(-1);
  });

  it('does not let a device name start a line of its own', () => {
    expect(renderTerminal(reports.hostile, plain)).not.toMatch(/^fake line/m);
  });

  it('draws the parts against free memory in shades, and says how much is left', () => {
    const text = renderTerminal(reports['go-with-changes'], plain);
    expect(text).toMatch(/^█+▒+▓+░+█+▒+·+$/m);
    expect(text).toMatch(/Left over, at the interval’s top +4\.83$/m);
    expect(renderTerminal(reports['no-go'], plain)).toMatch(/Too little by, at the interval’s top +49\.77$/m);
  });
});
