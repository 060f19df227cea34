import { marked } from 'marked';
import { defaultTreeAdapter as adapter, type DefaultTreeAdapterTypes, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src-main/report/markdown/index.js';
import { inline } from '../../../src-main/report/markdown/text.js';
import { bucketReport } from '../../fixtures/bucket-report.js';
import { cancelledReport, dryRunReport } from '../../fixtures/dry-run-reports.js';
import { hostileRehearsal, hostileReport, payload } from '../../fixtures/hostile-report.js';
import { inferenceReport } from '../../fixtures/inference-report.js';
import { nothingFitsReport } from '../../fixtures/planned-reports.js';
import { rehearsedReports, secondTryReport } from '../../fixtures/rehearsed-reports.js';
import { goReport, goWithChangesReport } from '../../fixtures/reports.js';

type Element = DefaultTreeAdapterTypes.Element;

/** All elements of a text that was rendered as GitHub renders it, but without its sanitiser. */
function elements(markdown: string): Element[] {
  const all: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if (adapter.isElementNode(node)) all.push(node);
    if ('childNodes' in node) node.childNodes.forEach(walk);
  };
  walk(parse(marked.parse(markdown, { async: false, gfm: true })));
  return all;
}

function text(node: DefaultTreeAdapterTypes.Node): string {
  if (adapter.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(text).join('') : '';
}

const named = (all: Element[], ...names: string[]) => all.filter(({ tagName }) => names.includes(tagName));

const reports = {
  go: goReport(),
  'go with changes': goWithChangesReport(),
  'a dry run': dryRunReport(),
  cancelled: cancelledReport(),
  buckets: bucketReport(),
  inference: inferenceReport(),
  'nothing fits': nothingFitsReport(),
  hostile: hostileReport(),
  'hostile, rehearsed': hostileRehearsal(),
  ...rehearsedReports(),
};

describe('the report as Markdown', () => {
  it.each(Object.entries(reports))(
    'is text, headings, lists, tables and blocks of code alone: %s',
    (_, report) => {
      const allowed = 'html head body h1 h2 p strong ul li table thead tbody tr th td pre code'.split(' ');
      const all = elements(renderMarkdown(report));
      expect(all.filter(({ tagName }) => !allowed.includes(tagName)).map(({ tagName }) => tagName)).toEqual(
        [],
      );
      expect(named(all, 'h1')).toHaveLength(1);
      // Every row of a table has as many cells as its head.
      for (const table of named(all, 'table')) {
        const rows = rowsOf(table);
        const [head, ...body] = rows.map((row) => row.childNodes.filter(adapter.isElementNode).length);
        expect(body.every((cells) => cells === head)).toBe(true);
      }
    },
  );

  it('has the order of the page', () => {
    const titles = named(elements(renderMarkdown(goWithChangesReport())), 'h1', 'h2').map(text);
    expect(titles).toEqual([
      'Go with changes: Open-Sora v2.0, train, 256px, 129 frames, batch 4',
      'Why',
      'Rehearsal',
      'Changes',
      'Settings to paste',
      'Memory on each GPU at its peak',
      'Predicted against measured',
      'What failed',
      'Environment',
      'What was not tested',
      'How to reproduce',
    ]);
  });

  it('says how a rehearsal ended, what was tried before, and what it took', () => {
    const all = elements(renderMarkdown(secondTryReport()));
    const said = named(all, 'p', 'li').map(text).join('\n');
    expect(said).toContain('Rehearsed in ONNX Runtime, on cuda, in 3 min 25 s: held to the end.');
    expect(said).toContain('--checkpointing 19,12 --cached-text --ema off: out of memory');
    expect(said).toContain(
      'GPU 3: out of memory in the first step, 1.37 GiB missing: CUDA could not allocate',
    );
    const rows = named(all, 'tr').map((row) => row.childNodes.filter(adapter.isElementNode).map(text));
    expect(rows).toContainEqual(['Peak in use on each device', '69.6 GiB', '70.1 GiB', '+0.7 %']);
    expect(rows).toContainEqual(['T5 and CLIP, bf16', '9.10', 'ballast: parameters of their releases']);
  });

  it('keeps a table whole around bars and line breaks', () => {
    const report = goReport();
    const [part] = 'unavailable' in report.prediction ? [] : report.prediction.parts;
    part!.name = 'a | b\n| c `|` \\| d';
    const cells = named(elements(renderMarkdown(report)), 'td').map(text);
    expect(cells).toContain('a | b | c `|` \\| d');
  });

  it('keeps a block of code one block, whatever is in it', () => {
    const report = {
      ...goReport(),
      command: 'preflight run\n````\n# not a heading\n```\n<script>alert(1)</script>',
    };
    const all = elements(renderMarkdown(report));
    expect(named(all, 'code').map(text)).toContain(`${report.command}\n`);
    expect(named(all, 'script')).toEqual([]);
  });

  it('mentions nobody and links to no issue by a text that looks so', () => {
    const [item] = elements(`- ${inline('@octocat of @org/team fixes #12 and a/b#3')}`).filter(
      ({ tagName }) => tagName === 'li',
    );
    // By what GitHub looks for in what is rendered.
    expect(text(item!)).not.toMatch(/@[A-Za-z0-9]|#\d/);
    expect(text(item!).replaceAll('\u2060', '')).toBe('@octocat of @org/team fixes #12 and a/b#3');
    expect(inline('C# at 5 @ 3 GHz')).toBe('C# at 5 @ 3 GHz');
  });

  it('says what was predicted and what was measured', () => {
    const [probe] = dryRunReport().probes;
    const agreement = [
      { point: probe!.point, quantity: 'live-bytes' as const, predicted: 2 ** 30, measured: 2 ** 30 * 1.01 },
      { point: probe!.point, quantity: 'seconds' as const, predicted: 0.2, measured: 0.19 },
    ];
    const cells = named(elements(renderMarkdown({ ...dryRunReport(), agreement })), 'td').map(text);
    expect(cells).toEqual(
      expect.arrayContaining(['1.00 GiB', '1.01 GiB', '+1.0 %', '200 ms', '190 ms', '−5.0 %']),
    );
  });

  it.each([
    payload,
    '# a',
    '- b',
    '+ c',
    '1. d',
    '12) e',
    '> f',
    '--- ',
    '===',
    '    indented',
    '*g* _h_ `i` ~~j~~ $k$ [l](m) ![n](o) <p> &amp; | \\',
    '2.25',
    '+5.1 s',
  ])('shows %j as it is', (given) => {
    const all = elements(`- ${inline(given)}\n`);
    expect(all.map(({ tagName }) => tagName)).toEqual(['html', 'head', 'body', 'ul', 'li']);
    expect(text(all.at(-1)!).trim()).toBe(
      given
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal or a page takes for a command
        .replace(/\u001b\[[0-9;]*m|\u001b\]0;title\u0007|\u009b|\u202e|\u0000/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
  });
});

function rowsOf(node: Element): Element[] {
  return node.childNodes
    .filter(adapter.isElementNode)
    .flatMap((child) => (child.tagName === 'tr' ? [child] : rowsOf(child)));
}
