import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../src-main/report/terminal.js';
import {
  crashedReport,
  heldReport,
  secondTryReport,
  upstreamReport,
} from '../../fixtures/rehearsed-reports.js';
import { reportOf } from '../../fixtures/report-parts.js';
import { goReport } from '../../fixtures/reports.js';

/** The section of a report, its lines drawn together as a reader takes them. */
function sectionOf(report: Parameters<typeof renderTerminal>[0]): string {
  const text = renderTerminal(report, { color: false, width: 80 });
  const [, section = ''] = /\nRehearsal\n([\s\S]*?)\n\n/.exec(text) ?? [];
  return section;
}
const drawn = (section: string) => section.replaceAll(/\s+/g, ' ');

describe('a rehearsal on the terminal', () => {
  it('that held says in what, expected against rehearsed, each device, and what it proves', () => {
    const section = sectionOf(heldReport());
    expect(section).toMatch(/^✔ held to the end: rehearsed in ONNX Runtime, on cuda, in /);
    expect(section).toMatch(/Peak in use on each device +69\.6 GiB +70\.1 GiB +\+0\.7 %/);
    expect(section.match(/^GPU \d: /gm)).toHaveLength(8);
    expect(section).toMatch(
      /GPU 5: 6 steps, median 10\.\d+ s, peak 70\.1 GiB,\s+taken 71\.\d GiB,\s+margin 5\.2\d? GiB,\s+588 W 87 °C/,
    );
    expect(drawn(section)).toMatch(/held down by software thermal slowdown/);
    expect(drawn(section)).toContain('it proves this graph and its memory on this device, not PyTorch’s');
    expect(drawn(section)).toMatch(/GiB ran in the graph, and [\d.]+ GiB were ballast\./);
  });

  it('that came to it by other settings says what was tried before', () => {
    expect(drawn(sectionOf(secondTryReport()))).toMatch(
      /Before that: --batch 2 .*--checkpointing 19,12 .*: out of memory ✖ GPU 3: out of memory in the first step/,
    );
  });

  it('that crashed says where, and that it proves nothing', () => {
    const section = drawn(sectionOf(crashedReport()));
    expect(section).toMatch(/^✖ crashed: rehearsed in ONNX Runtime/);
    expect(section).toMatch(/it proves nothing for the run\./);
  });

  it('has Open-Sora’s own steps where they were run', () => {
    expect(drawn(sectionOf(upstreamReport()))).toMatch(
      /✔ Open-Sora’s own code: held to the end\. .* ran 3 steps/,
    );
  });

  it('has no section where there was none, and says which part was cancelled', () => {
    expect(sectionOf(goReport())).toBe('');
    const cancelled = (report: typeof goReport) =>
      renderTerminal(reportOf({ ...report(), state: 'cancelled' }), { color: false, width: 80 });
    expect(cancelled(goReport)).toContain('The sweep was cancelled: this is what there is.');
    expect(cancelled(heldReport)).toContain('The rehearsal was cancelled: this is what there is.');
  });
});
