import { describe, expect, it } from 'vitest';
import { type Cluster, clusterSchema, type NodeRow } from '../../../src-main/contract/cluster.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { judgeByBaseline, judgeByVerdict } from '../../../src-main/report/cluster/judge-node.js';
import { clusterMarkdown } from '../../../src-main/report/cluster/markdown.js';
import { renderCluster } from '../../../src-main/report/cluster/terminal-cluster.js';
import { makeBaseline } from '../../../src-main/report/qualify/make-baseline.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { labReport, scaled, withCheck } from '../../fixtures/lab-reports.js';
import { goWithChangesReport, noGoReport } from '../../fixtures/reports.js';
import { targetV20 } from '../../fixtures/targets.js';

const job = { id: '12', state: 'COMPLETED', elapsedSeconds: 192 };
const report = { folder: 'nodes/x', verdict: 'go' as const };
const row = (node: string, outcome: NodeRow['outcome'], why: string): NodeRow => ({
  node,
  outcome,
  why,
  job: outcome === 'not-reached' ? { unavailable: 'it got no job' } : job,
  report: outcome === 'not-reached' ? { unavailable: 'it got no job' } : report,
});
const cluster = (rows: NodeRow[], state: Cluster['state'] = 'complete'): Cluster =>
  clusterSchema.parse({
    kind: 'preflight-cluster',
    schemaVersion: 1,
    createdAt: '2026-11-25T20:00:00Z',
    tool: { name: 'preflight', version: '0.1.0' },
    command: 'preflight cluster --scheduler slurm',
    scheduler: 'slurm',
    partition: 'gpu',
    jobName: 'preflight-0a1b2c3d',
    state,
    target: targetV20(),
    assumptions: ['the | data'],
    rule: judgeByVerdict.rule,
    rows,
    wallSeconds: 254,
  });

const long =
  'the time limit was reached; --time sets a longer one (TimeLimit) and more words than a line holds';
const rows = [
  row('gpu01', 'qualified', 'Go: it peaks at 71.2 GiB'),
  row('a-node-whose-name-is-far-longer-than-a-column', 'failed', long),
  row('gpu03', 'not-reached', 'drained: \u001b[31mfan | <b>loud</b>\n[x](javascript:y) `z`'),
];

describe('the table of nodes', () => {
  it('fits the terminal, with counts first and every reason whole', () => {
    const text = renderCluster(cluster(rows), { color: false, width: 80 });
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe('3 nodes of partition gpu: 1 qualified, 1 failed, 1 not reached');
    expect(text).toMatch(/8 GPUs on 1 node/);
    expect(text).toMatch(/gpu01 .*✔ qualified +Go: it peaks/);
    expect(text).toMatch(/gpu03 .*◌ not reached +drained: fan/);
    const why = lines.slice(lines.findIndex((line) => line.startsWith('a-node'))).join(' ');
    for (const word of long.split(' ')) expect(why).toContain(word);
    expect(renderCluster(cluster(rows, 'cancelled'), { color: false, width: 80 })).toContain('(cancelled)');
  });

  it('holds no sequence that a terminal obeys', () => {
    expect(renderCluster(cluster(rows), { color: false, width: 80 })).not.toContain('\u001b');
  });

  it('is Markdown in which nothing of a reason is more than text', () => {
    const text = clusterMarkdown(cluster(rows));
    const table = text.split('\n').filter((line) => line.startsWith('| '));
    expect(table).toHaveLength(4);
    // A bar that is not escaped ends a cell: five cells have six.
    for (const line of table) expect(line.match(/(?<!\\)\|/g)).toHaveLength(6);
    expect(text).toContain(
      '| gpu03 | not reached | drained: fan \\| \\<b\\>loud\\</b\\> \\[x\\](javascript:y) \\`z\\` |',
    );
    expect(text).toContain('12 COMPLETED, 3 min 12 s');
  });
});

describe('a node by its verdict', () => {
  const of = (given: Parameters<typeof judgeByVerdict.of>[0]) => judgeByVerdict.of(given);
  it('qualifies by a go, with changes or without', () => {
    expect(of(labReport())).toMatchObject({ qualified: true, why: expect.stringMatching(/^Go: /) });
    const { verdict } = goWithChangesReport();
    expect(of(labReport({ verdict }))).toMatchObject({
      qualified: true,
      why: expect.stringMatching(/^Go with changes: /),
    });
  });

  it('fails by a no-go, by what was not measured on a GPU, and by a failed check', () => {
    expect(of(noGoReport())).toEqual({
      qualified: false,
      why: 'No-go: The model states alone need 41.5 GiB on each GPU and an RTX 4090 has 24.0 GiB.',
    });
    expect(of(dryRunReport())).toMatchObject({
      qualified: false,
      why: expect.stringMatching(/^Inconclusive: /),
    });
    expect(of(withCheck(labReport(), 'gpu-ecc', 'fail'))).toEqual({
      qualified: false,
      why: 'Go, but a check fails: gpu-ecc',
    });
    expect(of(withCheck(labReport(), 'gpu-ecc', 'look')).qualified).toBe(true);
  });
});

describe('a node by a baseline', () => {
  const baseline = makeBaseline([
    { name: 'a', report: labReport() },
    { name: 'b', report: labReport({}, 'lab-02') },
  ]);
  const { of, rule } = judgeByBaseline(baseline, 0.05);

  it('qualifies where it is as good, and fails with the rules that it breaks', () => {
    expect(rule).toMatch(/baseline of \d+ \w+ 2026.* tolerance of 5.0 %/);
    expect(of(labReport({}, 'lab-03'))).toMatchObject({
      qualified: true,
      why: expect.stringMatching(/^\d+ of \d+ rules pass and none fails$/),
    });
    const slow = of(scaled(labReport({}, 'lab-03'), { speed: 0.5 }));
    expect(slow).toMatchObject({ qualified: false, why: expect.stringMatching(/^against the baseline: /) });
  });

  it('is not about a report of another run', () => {
    expect(() => of(dryRunReport())).toThrow(UsageError);
  });
});
