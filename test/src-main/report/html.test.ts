import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src-main/report/html.js';
import { reportOfText } from '../../../src-main/report/read-report.js';
import { bucketReport } from '../../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileRehearsal, hostileReport, payload } from '../../fixtures/hostile-report.js';
import { inferenceReport } from '../../fixtures/inference-report.js';
import { nothingFitsReport, solvedReport } from '../../fixtures/planned-reports.js';
import { probe } from '../../fixtures/probes.js';
import {
  crashedReport,
  heldReport,
  notBegunReport,
  rehearsedReports,
  secondTryReport,
  taughtReport,
  upstreamReport,
} from '../../fixtures/rehearsed-reports.js';
import { reportOf } from '../../fixtures/report-parts.js';
import { goReport, goWithChangesReport, noGoReport } from '../../fixtures/reports.js';

const reports = [
  goReport(),
  goWithChangesReport(),
  noGoReport(),
  dryRunReport(),
  cancelledReport(),
  hostileReport(),
  hostileRehearsal(),
  bucketReport(),
  inferenceReport(),
  nothingFitsReport(),
  solvedReport(),
  ...Object.values(rehearsedReports()),
];

/** The text of one card, with a bar between cells. */
function card(html: string, id: string): string {
  const start = html.indexOf(`aria-labelledby="${id}"`);
  if (start < 0) return '';
  const next = html.indexOf('<section class="card"', start);
  return html
    .slice(start, next < 0 ? html.indexOf('<template') : next)
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<[^>]+>/g, '|')
    .replace(/(\|\s*)+/g, '|');
}

const many = <T>(list: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, index) => list[index % list.length]!);

function stage2Report() {
  const report = bucketReport();
  const { prediction, target, recommendation } = report;
  if ('unavailable' in prediction || 'unavailable' in recommendation) throw new Error('a fixture has both');
  target.buckets = many(target.buckets, 66);
  recommendation.batches = many(recommendation.batches, 66);
  prediction.buckets = many(prediction.buckets, 66);
  return report;
}

describe('report.html', () => {
  it('holds its report, whatever is in it', () => {
    for (const report of reports) expect(reportOfText(renderHtml(report))).toEqual(report);
  });

  it('has no script, no handler, no inline style and no outside reference', () => {
    for (const report of reports) {
      const tags = renderHtml(report).match(/<[a-z][^>]*>/gi) ?? [];
      expect(tags.filter((tag) => /^<(script|link|iframe|object|embed|img|base|a)\b/i.test(tag))).toEqual([]);
      expect(tags.filter((tag) => /\s(on[a-z]+|style|src|href|srcset|action)=/i.test(tag))).toEqual([]);
    }
  });

  it('allows by its policy the one style sheet that it has, by hash, and nothing else', () => {
    const html = renderHtml(goReport());
    const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(css).toContain('prefers-color-scheme: dark');
    expect(css).toContain('@media print');
    expect(css).not.toMatch(/url\(|@import|</);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
      .exec(html)?.[1]
      ?.replaceAll('&#x27;', "'");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  });

  it('escapes hostile text, and keeps the embedded report to characters without a meaning in HTML', () => {
    for (const mark of ['<script', '\u001b', '\u202e'])
      expect(renderHtml(hostileRehearsal())).not.toContain(mark);
    const html = renderHtml(hostileReport());
    expect(html).not.toContain('<script');
    expect(html).not.toContain('\u001b');
    expect(html).not.toContain('\u202e');
    const embedded = html
      .slice(html.lastIndexOf('<template'), html.lastIndexOf('</template>'))
      .replace(/^[^>]*>/, '');
    expect(embedded).toContain('\\u003cscript\\u003e');
    expect(embedded).not.toMatch(/[<>&]|[^\u0020-\u007e]/);
    expect(JSON.stringify(reportOfText(html))).toContain(JSON.stringify(payload).slice(1, -1));
  });

  it('has every phase with its parts, its interval and what is left, in a table', () => {
    const phases = card(renderHtml(bucketReport()), 'phases');
    for (const row of [
      'Model states (ZeRO-2, 8 GPUs)|–|41.50|41.50|41.50|',
      'Whole DiT in bf16|modelled|every rank builds it before it is sharded|22.15|–|–|–|',
      'Gradients in fp32|modelled|4P/8 while the optimiser steps|–|–|–|5.50|',
      'Together|34.75|61.40|75.80|59.60|',
      'Interval|34.0–35.9|58.6–66.2|72.8–80.1|58.2–62.4|',
      // 78.6 free, 1.5 kept back, less each top.
      'Left over at its top|41.20|10.90|−3.00|14.70|',
    ])
      expect(phases).toContain(row);
  });

  it('has a row for each bucket and marks the worst in words; one bucket alone has no table', () => {
    const buckets = card(renderHtml(bucketReport()), 'buckets');
    expect(buckets).toContain(
      '768px, 129 frames, batch 2|the worst for memory|10.0 %|75.80|72.8–80.1|−3.00|Backward|48.0 s|1|',
    );
    expect(buckets).toContain(
      '256px, image, batch 130|30.0 %|61.40|58.6–66.2|10.90|Encoding the videos|9.00 s|',
    );
    expect(buckets.match(/the worst for memory/g)).toHaveLength(1);
    expect(card(renderHtml(goReport()), 'buckets')).toBe('');
  });

  it('adds up a step, the whole of an inference and the host memory of a node', () => {
    const training = renderHtml(bucketReport());
    expect(card(training, 'time')).toContain(
      'Recomputation|measured|one more forward of each checkpointed block|3.10|17.8 %|',
    );
    expect(card(training, 'time')).toContain('Optimiser step|between 14.80 and 22.70|17.45|100.0 %|');
    expect(card(training, 'time')).toContain('353 kWh at most');
    const host = card(training, 'host');
    expect(host).toContain(
      'Each rank|between 28.4 and 38.2|31.70|8 ranks on a node|at the interval’s top 305.60|253.60|',
    );
    expect(host).toContain('Left over|1,047.00 free on lab-03, less the interval’s top|741.40|');
    const time = card(renderHtml(inferenceReport()), 'time');
    expect(time).toContain('50 denoising steps|measured|31.6 s each|1,580.0|95.4 %|');
    expect(time).toContain('From prompt to pixels|1,656.0|100.0 %|');
    expect(time).toContain('52.2 samples a day');
  });

  it('holds host memory of this machine against no run on another', () => {
    const judged = { name: 'H200', memoryBytes: 139 * 2 ** 30, source: 'NVIDIA H200 datasheet' };
    expect(card(renderHtml({ ...bucketReport(), judgedGpu: judged }), 'host')).not.toContain('lab-03');
  });

  it('numbers the changes, and sums what they buy', () => {
    const changes = card(renderHtml(bucketReport()), 'changes');
    expect(changes).toContain(
      '1|Micro-batch|768px, 129 frames: 2|1|−6.60 GiB|−2.35 s|2|VAE in its smallest pieces|',
    );
    expect(changes).toContain('All together|−7.50 GiB|−1.95 s|');
    const unknown = card(renderHtml(goWithChangesReport()), 'changes');
    expect(unknown).toContain('All together|−12.2 GiB|– |not known of each|');
  });

  it('holds what was rehearsed against what was expected, with each device and what was left', () => {
    const held = card(renderHtml(heldReport()), 'rehearsal');
    for (const row of [
      'held to the end|The whole model ran 6 steps on 8 GPUs at once',
      'Peak in use on each device|69.6 GiB|70.1 GiB|+0.7 %|',
      'Step, the median without the first|9.88 s|10.5 s|+5.8 %|',
      // What was in use less the ballast; what was free less that and the margin.
      'Run in the graph|55.16|55.65|',
      'B|Held as ballast|14.46|14.46|',
      'Margin |ballast beyond the run’s own, held while a step ran|5.25|',
      'Free beyond that |78.60 were free when it began|3.24|',
      'GPU 5|held to the end|6|14.69|10.45|10.58|70.10|71.73|5.25|588|1,620|87|software power cap, software thermal slowdown|',
      'it proves this graph and its memory on this device, not PyTorch’s kernels and allocator',
    ])
      expect(held).toContain(row);
    expect(held).not.toContain('Settings, in the order');
  });

  it('names the device that did not hold before those that were ended for it, and what was tried before', () => {
    const tried = card(renderHtml(secondTryReport()), 'rehearsal');
    expect(tried).toContain('out of memory|expected peak 76.1 GiB, rehearsed not known|--batch 2');
    expect(tried).toMatch(
      /GPU 3\|, in the first step, 1\.37 GiB missing\|CUDA could not allocate .*GPUs 0, 1, 2, 4, 5, 6, 7\|, in the first step\|ended because/,
    );
    const crashed = card(renderHtml(crashedReport()), 'rehearsal');
    expect(crashed).toContain('crashed|Of the whole model 1 step ended on 8 GPUs at once.');
    expect(crashed).toContain('– |no step ended but the cold first|');
    expect(crashed).toContain('It did not hold, so that it proves nothing for the run.');
    expect(crashed).not.toContain('Rehearsed in ONNX Runtime:');
  });

  it('shows of one that was not begun what it was to hold, and nothing as held', () => {
    const html = card(renderHtml(notBegunReport()), 'rehearsal');
    expect(html).toContain('GPU 3|, 64.1 GiB missing|not begun: it would hold 76.1 GiB; 78.6 GiB were free');
    expect(html).toContain(
      'What each device was to hold, GiB|Part|Expected|Rehearsed|A|Run in the graph|61.64|–|',
    );
    expect(html).toContain('Held as ballast|14.46|–|');
    expect(html).not.toMatch(/Margin|Each device, memory/);
  });

  it('says what earlier rehearsals changed in the prediction, and what that rests on', () => {
    const taught = card(renderHtml(taughtReport()), 'taught');
    expect(taught).toContain(
      'The block under way is taken × 1.007, within 3.0 %, by 2 rehearsals in ONNX Runtime, the newest of 24 Nov 2026, 11:10 UTC|',
    );
    expect(taught).toContain(
      'The step is taken × 1.214, within 4.1 %, by 1 rehearsal in Open-Sora, the newest of 24 Nov 2026, 11:10 UTC; it lay outside the interval',
    );
    expect(card(renderHtml(heldReport()), 'taught')).toBe('');
  });

  it('says Open-Sora of its own code alone', () => {
    const own = card(renderHtml(upstreamReport()), 'rehearsal');
    expect(own).toContain('rehearsed in Open-Sora, on cuda');
    expect(own).toContain('Peak that PyTorch allocated|70.2 GiB|69.9 GiB|−0.5 %|');
    expect(own).toContain('Steps after it|10.3 s, 10.3 s|');
    const failed = structuredClone(upstreamReport());
    const { rehearsal } = failed;
    if ('unavailable' in rehearsal || 'unavailable' in rehearsal.upstream)
      throw new Error('a fixture has both');
    rehearsal.upstream.status = 'crashed';
    expect(card(renderHtml(failed), 'rehearsal')).toContain('rehearsed in ONNX Runtime, on cuda');
  });

  it('gives the command that would rehearse a run that was measured, and none of a plan', () => {
    expect(card(renderHtml(goReport()), 'rehearsal')).toMatch(
      /Not rehearsed: not asked for \(--rehearse\)\. This command rehearses it:\|preflight run .* --rehearse\|/,
    );
    expect(card(renderHtml(nothingFitsReport()), 'rehearsal')).not.toContain('--rehearse');
  });

  it('says of a plan that nothing was measured, and shows no section for probes', () => {
    const html = renderHtml(nothingFitsReport());
    expect(html).toContain('Nothing was measured: every figure is modelled');
    for (const id of ['grids', 'operators', 'failures', 'probes']) expect(card(html, id)).toBe('');
    expect(card(html, 'time')).toMatch(/Not known: the memory of a GPU was given/);
    const miss = card(html, 'changes');
    expect(miss).toContain(
      'cached text, cached video.|It may need 46.6 GiB on each GPU: 23.6 GiB more than there is',
    );
    expect(miss).toContain('The smallest GPU that would do with 8 GPUs: L40S.');
    expect(miss).toContain('--batch 1 --checkpointing full --offload --cached-text --cached-video');
  });

  it('says what was solved, and what was assumed', () => {
    expect(renderHtml(solvedReport())).toContain('Largest batch that fits: 6 (asked: 8)');
    expect(card(renderHtml(bucketReport()), 'assumptions')).toContain('Aspect ratios: 16:9 stands for all');
    expect(card(renderHtml(goReport()), 'assumptions')).toBe('');
  });

  it('stays under 300 KB with the 66 buckets of v2.0’s stage 2', () => {
    const html = renderHtml(stage2Report());
    expect(card(html, 'buckets').match(/ frames, batch/g)).toHaveLength(44);
    expect(Buffer.byteLength(html)).toBeLessThan(300_000);
  });

  it('stays under 300 KB with 100 probes', () => {
    const probes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((batch) =>
      [1, 17, 33, 49, 65].flatMap((frames) =>
        (['double', 'single'] as const).map((block) => probe({ block, batch, frames })),
      ),
    );
    expect(probes).toHaveLength(100);
    expect(Buffer.byteLength(renderHtml({ ...goWithChangesReport(), probes }))).toBeLessThan(300_000);
  });

  it('stays under 300 KB with all of that, eight GPUs and two attempts at a rehearsal, and still has its report inside', () => {
    const { machine, probes, rehearsal } = secondTryReport();
    const large = reportOf({ ...stage2Report(), machine, probes: many(probes, 100), rehearsal });
    const html = renderHtml(large);
    expect(Buffer.byteLength(JSON.stringify(large))).toBeGreaterThan(150_000);
    expect(Buffer.byteLength(html)).toBeLessThan(300_000);
    expect(reportOfText(html)).toEqual(large);
  });

  it('says where every part comes from, and names reasons rather than showing nothing', () => {
    const html = renderHtml(dryRunReport());
    for (const word of ['measured', 'modelled', 'published'])
      expect(html).toContain(`<span class="tag">${word}</span>`);
    expect(html).toContain('a CPU says nothing about the speed of a GPU');
    expect(html).not.toMatch(/undefined|NaN|\[object/);
  });

  it('refuses a file without a whole report in one line', () => {
    const html = renderHtml(goReport());
    const cut = html.slice(0, html.lastIndexOf('</template>') - 500);
    const lost = html.replace('"kind":"preflight-report"', '"kind":"other"');
    const broken = html.replace('"kind":"preflight-report",', '"kind":');
    for (const text of ['', '<html></html>', cut, lost, broken]) {
      expect(() => reportOfText(text)).toThrowError(/^[^\n]+$/);
      expect(() => reportOfText(text)).toThrowError(expect.objectContaining({ name: 'UsageError' }));
    }
  });
});
