import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOnSlurm } from '../../src-main/cluster/run-on-slurm.js';
import { type Cluster, clusterSchema, type NodeRow } from '../../src-main/contract/cluster.js';
import { judgeByVerdict } from '../../src-main/report/cluster/judge-node.js';
import { labReport } from '../fixtures/lab-reports.js';
import { noGoReport } from '../fixtures/reports.js';
import { targetV12 } from '../fixtures/targets.js';
import { builtMain } from '../support/built.js';
import { type CliRun, runCli, startCli } from '../support/cli.js';
import { until } from '../support/processes.js';
import { noSlurm, TestSlurm } from '../support/slurm.js';

// A real Slurm of its own: one controller and a slurmd a node, all here. What a node does in the first case is a
// script's, since the scheduler's behaviour is what is tested; in the others it is the real `preflight run`.

const ends = ['good', 'bad', 'silent', 'fault', 'slow', 'lost', 'stopped', 'preempted', 'off', 'busy'];
const others = { measured: ['real'], interrupted: ['ctrlc1', 'ctrlc2'], waiting: ['taken'] };
const why = noSlurm();
if (why !== undefined) console.warn(`tests of preflight cluster with a real Slurm skip: ${why}`);

let slurm: TestSlurm;
let folder: string;
beforeAll(async () => {
  if (why !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "preflight cluster's $(x) %j "));
  await builtMain();
  slurm = await TestSlurm.start({ lab: ends, ...others, urgent: ['preempted'] }, ['off']);
  slurm.command('scontrol', 'update', 'NodeName=off', 'State=DOWN', 'Reason=no power');
}, 120_000);
afterAll(async () => {
  await slurm?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const shape = ['--model', 'v1.2', '--resolution', '144p', '--batch', '1'];
const flags = [...shape, '--device', 'cpu', '--profile', 'quick'];
const short = ['--task', 'infer', '--frames', '1'];
const long = ['--task', 'train', '--frames', '17'];
/** What would send the jobs elsewhere or again, or hide them, if it reached Slurm's commands. */
const misleading = {
  SBATCH_REQUEUE: '1',
  SBATCH_ARRAY_INX: '0-3',
  SBATCH_PARTITION: 'urgent',
  SBATCH_MEM_PER_CPU: '1',
  SQUEUE_STATES: 'PENDING',
  SINFO_PARTITION: 'urgent',
};
const cluster = (partition: string, ...more: string[]) =>
  startCli(['cluster', '--scheduler', 'slurm', '--partition', partition, ...flags, ...more], {
    cwd: folder,
    env: { ...slurm.env, ...misleading },
    deadlineMs: 300_000,
  });
const tableAt = (out: string): Cluster =>
  clusterSchema.parse(JSON.parse(readFileSync(join(out, 'cluster.json'), 'utf8')));
const rowsBy = ({ rows }: Cluster) => Object.fromEntries(rows.map((row) => [row.node, row]));
const isRunning = (node: string) => slurm.jobsOn(node).some((line) => line.endsWith(' RUNNING'));
const withinAMinute = (what: string, holds: () => boolean) => until(what, holds, 60_000);

describe.skipIf(why !== undefined).concurrent('preflight cluster with a real Slurm', () => {
  it('ends every node as a row: qualified, failed and why, not reached', async () => {
    const out = join(folder, 'ends');
    // Keeps a node busy, so that its job waits; the node is drained meanwhile.
    slurm.command('sbatch', '--nodelist=busy', '--exclusive', '--output=/dev/null', '--wrap=sleep 600');
    await withinAMinute('the node is busy', () => isRunning('busy'));
    const said: string[] = [];
    const running = inProcess(out, said);
    // What befalls the nodes while their jobs run.
    await withinAMinute('jobs run', () => ['lost', 'slow', 'stopped', 'preempted'].every(isRunning));
    // Its minute of --time is over at once: Slurm counts in minutes, and this test in less.
    slurm.command('scontrol', 'update', `JobId=${slurm.jobsOn('slow')[0]!.split(' ')[0]}`, 'TimeLimit=0');
    slurm.cutPower('lost');
    slurm.command('scancel', slurm.jobsOn('stopped')[0]!.split(' ')[0]!);
    slurm.command('sbatch', '-p', 'urgent', '--exclusive', '--output=/dev/null', '--wrap=sleep 1');
    slurm.command('scontrol', 'update', 'NodeName=busy', 'State=DRAIN', 'Reason=fan is | loud');
    const table = await running;

    const rows = rowsBy(table);
    expect(table.rows.map(({ node }) => node)).toEqual([...ends].sort());
    const short = ({ outcome, why: text }: NodeRow) => `${outcome}: ${text}`;
    expect(short(rows.good!)).toMatch(/^qualified: Go: /);
    expect(short(rows.bad!)).toMatch(/^failed: No-go: /);
    expect(short(rows.silent!)).toBe('failed: report not found in the shared folder: is it shared?');
    expect(short(rows.fault!)).toBe('failed: preflight ended with status 1: no CUDA here');
    expect(short(rows.slow!)).toMatch(/^failed: the time limit was reached.*TimeLimit/);
    expect(short(rows.lost!)).toMatch(/^failed: the node failed under the job/);
    expect(short(rows.stopped!)).toMatch(/^failed: the job was cancelled/);
    expect(short(rows.preempted!)).toMatch(/^failed: a job of higher priority took the node/);
    expect(short(rows.off!)).toMatch(/^not-reached: down.*: no power$/);
    expect(short(rows.busy!)).toBe('not-reached: draining: fan is | loud');
    expect(rows.good!.report).toEqual({ folder: 'nodes/good', verdict: 'go' });
    expect(rows.off!.job).toHaveProperty('unavailable');
    expect(rows.slow!.job).toMatchObject({ state: 'TIMEOUT' });
    // Each node exactly once, and none again.
    for (const node of ['good', 'bad', 'silent', 'fault', 'slow', 'lost', 'stopped'])
      expect(slurm.jobsOn(node), node).toHaveLength(1);
    expect(slurm.jobsOn('off')).toEqual([]);
    expect(readdirSync(join(out, 'nodes')).sort()).not.toContain('busy');
    expect(tableAt(out)).toEqual(table);
    expect(readFileSync(join(out, 'cluster.md'), 'utf8')).toContain(
      '| busy | not reached | draining: fan is \\| loud |',
    );
    expect(said.join('\n')).toMatch(/off: not reached/);
  }, 150_000);

  it('measures a node by the real program, through the shared folder', async () => {
    const out = join(folder, 'real');
    const run = await cluster('measured', ...short, '--out', out);
    const { code, stdout, stderr } = await run.end;
    expect(stderr).toMatch(/real: job \d+ running/);
    // A dry run on the CPU is inconclusive, which does not qualify.
    expect(code).toBe(3);
    expect(stdout).toMatch(/1 node of partition measured: 0 qualified, 1 failed, 0 not reached/);
    expect(stdout).toMatch(/✖ failed\s+Inconclusive: /);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(
      Math.max(80, `table: ${out}/cluster.md and cluster.json`.length),
    );
    const [row] = tableAt(out).rows;
    expect(row).toMatchObject({
      job: { state: 'COMPLETED' },
      report: { folder: 'nodes/real', verdict: 'inconclusive' },
    });
    const report = JSON.parse(readFileSync(join(out, 'nodes', 'real', 'report.json'), 'utf8'));
    expect(report.probes.length).toBeGreaterThan(0);
    expect(report.target.buckets[0]).toMatchObject({ resolution: '144p', frames: 1, batch: 1 });
    expect(slurm.jobsOn('real')).toHaveLength(1);

    // By a baseline of that very report the node qualifies. Its speed is no matter here: other tests run beside it.
    const baseline = join(folder, 'baseline.json');
    await runCli(['qualify', '--make-baseline', join(out, 'nodes', 'real'), '--out', baseline]);
    const again = ['--out', join(folder, 'again'), '--baseline', baseline, '--tolerance', '99%'];
    const second = await (await cluster('measured', ...short, ...again)).end;
    expect(second.stdout).toMatch(/1 qualified, 0 failed, 0 not reached/);
    expect(second.stdout).toMatch(/✔ qualified\s+\d+ of \d+ rules pass and none fails/);
    expect(second.code).toBe(0);
    const other = await (await cluster('measured', ...long, '--baseline', baseline)).end;
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /what is asked for is of another run than the baseline: target.task train, not infer/,
    );
  }, 300_000);

  it('on Ctrl-C cancels its jobs, and says so in their rows', async () => {
    const out = join(folder, 'interrupted');
    slurm.command(
      'sbatch',
      '-p',
      'interrupted',
      '--nodelist=ctrlc2',
      '--exclusive',
      '--output=/dev/null',
      '--wrap=sleep 600',
    );
    await withinAMinute('the second node is busy', () => isRunning('ctrlc2'));
    const run = await cluster('interrupted', ...long, '--out', out, '--json');
    await withinAMinute('the first node measures', () =>
      existsSync(join(out, 'nodes', 'ctrlc1', 'run.json')),
    );
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.end;
    expect(code).toBe(130);
    expect(stderr).toMatch(/cancelling: the jobs are cancelled/);
    const table = clusterSchema.parse(JSON.parse(stdout));
    expect(table.state).toBe('cancelled');
    const { ctrlc1, ctrlc2 } = rowsBy(table);
    expect(ctrlc1).toMatchObject({
      outcome: 'failed',
      why: 'preflight cluster was cancelled while its job ran',
      job: { state: 'CANCELLED' },
    });
    expect(ctrlc2).toMatchObject({ outcome: 'not-reached', why: 'preflight cluster was cancelled' });
    expect(slurm.jobsOn('ctrlc1')).toEqual([expect.stringMatching(/^\d+ CANCELLED$/)]);
    await nothingLeft(run);
  }, 150_000);

  it('waits no longer for a node than it is told to', async () => {
    const out = join(folder, 'waiting');
    const keep = ['--exclusive', '--output=/dev/null', '--wrap=sleep 600'];
    slurm.command('sbatch', '-p', 'waiting', ...keep);
    await withinAMinute('the node is taken', () => isRunning('taken'));
    const run = await cluster('waiting', ...short, '--out', out, '--wait', '1s');
    const { code, stdout } = await run.end;
    expect(code).toBe(3);
    expect(stdout).toMatch(/taken +◌ not reached +its job did not begin within 1.00 s/);
    expect(slurm.command('squeue', '-h', '-p', 'waiting', '-o', '%T').trim()).toBe('RUNNING');
  }, 60_000);
});

/** The jobs of a stopped run end with their probes. */
async function nothingLeft(run: CliRun): Promise<void> {
  const left = () => slurm.processes().filter((pid) => environmentOf(pid).includes('SLURMD_NODENAME=ctrlc1'));
  await until('the job is gone', () => left().length === 0 && run.child.exitCode !== null, 30_000);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** `preflight cluster` with a script in place of `preflight run`, whose end depends on the node. */
function inProcess(out: string, said: string[]): Promise<Cluster> {
  const standIn = join(folder, 'stand in.sh');
  for (const [name, report] of Object.entries({ good: labReport(), bad: noGoReport() }))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(report));
  writeFileSync(
    standIn,
    `for word; do case $word in --out=*) out=\${word#--out=} ;; esac; done
cd -- "$(dirname -- "$0")" && mkdir -p -- "$out"
case $SLURMD_NODENAME in
  good | bad) cp "$SLURMD_NODENAME.json" "$out/report.json" ;;
  silent) ;;
  fault) echo 'preflight: no CUDA here' >&2; echo 'more of it'; exit 1 ;;
  *) sleep 600 ;;
esac
`,
  );
  Object.assign(process.env, slurm.env);
  return runOnSlurm(
    {
      job: {
        command: ['/bin/bash', standIn, 'run'],
        out,
        jobName: 'preflight-ends',
        partition: 'lab',
        time: '1',
      },
      waitSeconds: null,
      target: targetV12(),
      assumptions: [],
      judge: judgeByVerdict,
      command: 'preflight cluster',
      pollMs: 1000,
      graceMs: 2000,
    },
    { signal: new AbortController().signal, onSay: (text) => said.push(text), onProgress: () => {} },
  );
}
