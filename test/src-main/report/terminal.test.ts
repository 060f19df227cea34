import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../../src-main/report/terminal.js';
import { cellsOf } from '../../../src-main/report/text-layout.js';
import { flagsLine } from '../../../src-renderer/report/setting-words.js';
import { bucketReport } from '../../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileReport } from '../../fixtures/hostile-report.js';
import { inferenceReport } from '../../fixtures/inference-report.js';
import { nothingFitsReport, solvedReport } from '../../fixtures/planned-reports.js';
import { rehearsedReports } from '../../fixtures/rehearsed-reports.js';
import { goReport, goWithChangesReport, noGoReport } from '../../fixtures/reports.js';

const reports = {
  go: goReport(),
  'go-with-changes': goWithChangesReport(),
  'no-go': noGoReport(),
  'dry-run': dryRunReport(),
  cancelled: cancelledReport(),
  hostile: hostileReport(),
  buckets: bucketReport(),
  inference: inferenceReport(),
  'nothing-fits': nothingFitsReport(),
  solved: solvedReport(),
  ...rehearsedReports(),
};
const plain = { color: false, width: 80 };

describe('a report on the terminal', () => {
  it('says no flag that several buckets do not take', () => {
    const settings = { batch: 4, effectiveBatch: 32, checkpointing: 'full', plugin: 'zero2' };
    expect(flagsLine(settings, 1)).toBe('--batch 4 --effective-batch 32 --checkpointing full --plugin zero2');
    expect(flagsLine(settings, 2)).toBe('--checkpointing full --plugin zero2');
  });

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
    expect(text).toMatch(/Left over at interval’s top +4\.83$/m);
    expect(renderTerminal(reports['no-go'], plain)).toMatch(/Too little at interval’s top +49\.77$/m);
  });

  it('says each phase against free memory, and what only it holds', () => {
    const text = renderTerminal(reports.buckets, plain);
    // 78.6 free − 1.5 kept back − the tops 35.9, 66.2, 80.1 and 62.4.
    expect(text).toMatch(
      /^Loading the models +34\.75 +34\.0–35\.9 +41\.20\n {2}\+ Whole DiT in bf16, 22\.15/m,
    );
    expect(text).toMatch(/^Encoding the videos +61\.40 +58\.6–66\.2 +10\.90$/m);
    expect(text).toMatch(/^Backward \(peak\) +75\.80 +72\.8–80\.1 +−3\.00$/m);
    expect(text).toMatch(/^Optimiser’s step +59\.60 +58\.2–62\.4 +14\.70$/m);
    expect(text).toContain('One saved checkpoint takes 155.1 GiB on disk.');
    expect(text).toContain('8 ranks on a node: 253.6 GiB, at the interval’s top 305.6 GiB.');
  });

  it('has a line for each bucket, names the worst, and says which batch to use', () => {
    const text = renderTerminal(reports.buckets, plain);
    expect(text).toMatch(/^768px, 129 frames, batch 2 +10\.0 % +75\.80 +72\.8–80\.1 +−3\.00 +48\.0 s$/m);
    expect(text.match(/→ the worst for memory/g)).toHaveLength(1);
    expect(text).toContain('−3.00   48.0 s\n  → the worst for memory\n  → batch to use: 1\n');
    expect(text).toMatch(/batch 130 .*\n {2}→ its peak: encoding the videos$/m);
    expect(renderTerminal(reports.go, plain)).not.toContain('Buckets');
  });

  it('adds up the time of a step and from prompt to pixels, with throughput and energy', () => {
    const training = renderTerminal(reports.buckets, plain);
    expect(training).toMatch(/^▒ Recomputation +measured +3\.10 +17\.8 %$/m);
    expect(training).toMatch(/^ {2}Optimiser step, s \(17\.5 s\) +17\.45$/m);
    // 8 × 700 W × 226,850 s = 1.27036e9 J = 352.9 kWh.
    expect(training).toContain('Energy: 353 kWh at most');
    const inference = renderTerminal(reports.inference, plain);
    expect(inference).toMatch(/^█ 50 denoising steps +measured +1,580\.0 +95\.4 %$/m);
    expect(inference).toMatch(/^ {2}From prompt to pixels, s \(27 min 36 s\) +1,656\.0$/m);
  });

  it('numbers the changes, and gives as flags only what are flags', () => {
    const text = renderTerminal(reports['go-with-changes'], plain);
    expect(text).toMatch(/^1 Micro-batch +4 +2 +−12\.2 GiB +−4\.70 s$/m);
    expect(text).toMatch(/^2 Accumulation +1 +2 +0 +\+5\.10 s$/m);
    expect(text).toContain(
      'As flags: --batch 2 --effective-batch 32 --plugin zero2 --checkpointing full\n' +
        '          --cached-text --ema off\n',
    );
    expect(renderTerminal(reports.buckets, plain)).not.toContain('--batch');
  });

  it('says of a plan that nothing was measured, what comes nearest and what would do', () => {
    const text = renderTerminal(reports['nothing-fits'], plain).replace(/\n +|\n(?=\S)/g, ' ');
    expect(text).toContain('Nothing was measured: every figure is modelled');
    expect(text).toContain('Nearest comes: micro-batch 1, activation checkpointing full');
    expect(text).toContain('It may need 46.6 GiB on each GPU: 23.6 GiB more than there is');
    expect(text).toContain('The smallest GPU that would do with 8 GPUs: L40S.');
    expect(text).toContain('were not found to do: every rank loads 22.2 GiB of weights first');
    expect(text).not.toMatch(/null|One block by batch/);
  });

  it('says under the verdict what was solved', () => {
    expect(renderTerminal(reports.solved, plain)).toMatch(/^ {2}Largest batch that fits: 6 \(asked: 8\)$/m);
    const size = { variable: 'resolution', asked: '360p', value: '256' } as const;
    const bySize = renderTerminal({ ...reports.solved, solved: size }, plain);
    expect(bySize).toMatch(/Largest resolution that fits: 256 at 16:9 \(asked: 360p\)/);
  });
});
