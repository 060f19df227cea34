import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Probe, probeSchema } from '../../src-main/contract/probe.js';
import { qualificationSchema } from '../../src-main/contract/qualification.js';
import { type Report, reportSchema } from '../../src-main/contract/report.js';
import { reportOfText } from '../../src-main/report/read-report.js';
import { builtMain } from '../support/built.js';
import { type CliRun, runCli, startCli } from '../support/cli.js';
import { markedProcesses, until } from '../support/processes.js';

// One real run on the CPU, through everything that can happen to it: Ctrl-C, a kill, going on, and again.

const target = [
  '--model',
  'v1.2',
  '--task',
  'train',
  '--resolution',
  '144p',
  '--frames',
  '17',
  '--batch',
  '1',
];
const flags = [...target, '--checkpointing', 'none', '--device', 'cpu', '--profile', 'quick'];
let folder: string;
let out: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-run-'));
  out = join(folder, 'out');
  await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const args = () => ['run', ...flags, '--out', out];
const probeFiles = () =>
  existsSync(join(out, 'probes'))
    ? readdirSync(join(out, 'probes'))
        .filter((name) => /^\d+\.json$/.test(name))
        .sort()
    : [];
const probeAt = (name: string): Probe =>
  probeSchema.parse(JSON.parse(readFileSync(join(out, 'probes', name), 'utf8')));
const reportAt = (): Report => reportSchema.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
const nothingLeft = (run: CliRun) =>
  until('no process is left', () => markedProcesses(run.marker).length === 0, 2000);
const workerOf = (run: CliRun) => markedProcesses(run.marker).some((pid) => pid !== run.child.pid);
const nameOf = ({ point }: Probe) => `${point.block}${point.optimizer ? ' + AdamW' : ''}`;

// Each case goes on from what the one before has left.
describe.skipIf(process.platform !== 'linux').sequential('a run on the CPU', () => {
  it('that is interrupted ends its worker, and writes a report that says cancelled', async () => {
    const run = await startCli(args());
    await until('the second probe', () => probeFiles().length === 1 && workerOf(run), 60_000);
    run.child.kill('SIGINT');
    const began = performance.now();
    const { code, stdout, stderr } = await run.end;
    expect(performance.now() - began).toBeLessThan(5000);
    expect(code).toBe(130);
    expect(stderr).toMatch(/probe 1 of 4: spatial, 17 frames, batch 1 .* left/);
    expect(stderr).toMatch(/cancelling: what was measured is kept/);
    expect(stdout).toMatch(/cancelled/);
    await nothingLeft(run);
    const report = reportAt();
    expect(report.state).toBe('cancelled');
    expect(report.verdict.status).toBe('inconclusive');
    expect(report.probes.map(({ status }) => status)).toEqual(['ok', 'cancelled']);
    expect(reportOfText(readFileSync(join(out, 'report.html'), 'utf8'))).toMatchObject({
      id: report.id,
      redacted: true,
    });
  }, 90_000);

  it('goes on where it stopped, and when it is killed leaves no process behind', async () => {
    const before = probeFiles();
    const first = statSync(join(out, 'probes', before[0]!)).mtimeMs;
    const run = await startCli(args());
    await until('another probe', () => probeFiles().length > before.length && workerOf(run), 60_000);
    run.child.kill('SIGKILL');
    expect((await run.end).signal).toBe('SIGKILL');
    await nothingLeft(run);
    expect(statSync(join(out, 'probes', before[0]!)).mtimeMs).toBe(first);
    const measured = probeFiles()
      .map(probeAt)
      .filter(({ status }) => status === 'ok');
    expect(new Set(measured.map(nameOf)).size).toBe(measured.length);
    expect(measured.length).toBeGreaterThanOrEqual(2);
  }, 90_000);

  it('comes to its end with every probe measured once: inconclusive, and a dry run in its first line', async () => {
    const kept = new Map(probeFiles().map((name) => [name, readFileSync(join(out, 'probes', name), 'utf8')]));
    const { code, stdout, stderr } = await runCli(args());
    expect(stderr).not.toMatch(/fault/);
    expect(code).toBe(5);
    expect(stdout.split('\n')[0]).toMatch(/^◌ Inconclusive: Dry run on the CPU/);
    expect(stdout).toContain(`report: ${out}/report.html`);
    expect(stdout.split('\n').every((line) => line.length <= 80 || line.startsWith('report:'))).toBe(true);
    for (const [name, text] of kept) expect(readFileSync(join(out, 'probes', name), 'utf8')).toBe(text);
    const report = reportAt();
    expect(report.state).toBe('complete');
    expect(report.probes.map(nameOf).sort()).toEqual([
      'spatial',
      'spatial + AdamW',
      'temporal',
      'temporal + AdamW',
    ]);
    for (const probe of report.probes) {
      expect(probe).toMatchObject({
        status: 'ok',
        evidence: 'measured',
        provider: 'cpu',
        nodesOffProvider: [],
      });
      expect(probe.memory).toMatchObject({ liveBytes: expect.any(Number) });
    }
    const ok = probeFiles()
      .map(probeAt)
      .filter(({ status }) => status === 'ok');
    expect(ok).toHaveLength(4);
    expect(report.prediction).toMatchObject({ peakBytesPerGpu: expect.any(Number) });
    expect(report.rehearsal).toEqual({ unavailable: expect.any(String) });
  }, 120_000);

  it('is there at once when it is asked for again, as one JSON document', async () => {
    const before = probeFiles();
    const began = performance.now();
    const { code, stdout, stderr } = await runCli([...args(), '--json']);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(code).toBe(5);
    expect(stderr).not.toMatch(/probe \d/);
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.probes).toHaveLength(4);
    expect(report).toEqual(reportAt());
    expect(probeFiles()).toEqual(before);
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([]);
  }, 60_000);

  it('is in the history, and makes a baseline that this machine qualifies by and no better one', async () => {
    const listed = JSON.parse((await runCli(['history', '--json', reportAt().id])).stdout);
    expect(listed.reports).toHaveLength(1);
    expect(reportOfText(readFileSync(listed.reports[0].path, 'utf8'))).toEqual(reportAt());
    const base = join(folder, 'base.json');
    expect((await runCli(['qualify', '--make-baseline', out, '--out', base])).code).toBe(0);

    // Measured anew. How fast that is on a busy machine is not what is held here, so that the tolerance is wide.
    const here = ['--out', join(folder, 'again'), '--tolerance', '95%', '--json', '--baseline', base];
    const { code, stdout } = await runCli(['qualify', ...here]);
    const [machine] = qualificationSchema.parse(JSON.parse(stdout)).machines;
    const figures = machine!.rules.filter(({ point }) => point !== null);
    expect(figures.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(figures.filter(({ id }) => id === 'memory')).toHaveLength(4);
    // How much host memory is free is another's doing too, and a check.
    expect(code).toBe(machine!.qualified ? 0 : 3);

    const better = JSON.parse(readFileSync(base, 'utf8'));
    for (const { memory } of better.points) memory.median /= 1.1;
    const file = join(folder, 'better.json');
    writeFileSync(file, JSON.stringify(better));
    const worse = await runCli(['qualify', '--json', '--baseline', file, out]);
    expect(worse.code).toBe(3);
    const failed = qualificationSchema
      .parse(JSON.parse(worse.stdout))
      .machines[0]!.rules.filter(({ status, point }) => status === 'fail' && point !== null);
    expect(failed.map(({ id }) => id)).toEqual(Array(4).fill('memory'));

    const elsewhere = join(folder, 'elsewhere');
    const cancelled = await startCli(['qualify', '--baseline', base, '--out', elsewhere]);
    await until('it measures', () => workerOf(cancelled), 30_000);
    cancelled.child.kill('SIGINT');
    expect((await cancelled.end).code).toBe(130);
    await nothingLeft(cancelled);
  }, 90_000);

  it('refuses its folder to another target, and to a second run at the same time', async () => {
    const other = await runCli(['run', ...flags.map((word) => (word === '17' ? '34' : word)), '--out', out]);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^preflight: [^\n]*holds another run: target[^\n]*\n$/);
    const fresh = join(folder, 'busy');
    const first = await startCli(['run', ...flags, '--out', fresh]);
    await until('the first run measures', () => workerOf(first), 30_000);
    const second = await runCli(['run', ...flags, '--out', fresh]);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/^preflight: Another preflight run is writing to [^\n]*\n$/);
    // Twice at once, as npm and a terminal send it: still one cancellation, with its report.
    first.child.kill('SIGINT');
    first.child.kill('SIGTERM');
    expect((await first.end).code).toBe(130);
    await nothingLeft(first);
    expect(existsSync(join(fresh, 'report.json'))).toBe(true);
  }, 60_000);

  it('whose terminal is closed still writes its report', async () => {
    const closed = join(folder, 'closed');
    const run = await startCli(['run', ...flags, '--out', closed]);
    await until('the run measures', () => workerOf(run), 30_000);
    run.child.stdout?.destroy();
    run.child.stderr?.destroy();
    run.child.kill('SIGHUP');
    expect((await run.end).code).toBe(130);
    await nothingLeft(run);
    expect(existsSync(join(closed, 'report.json'))).toBe(true);
  }, 60_000);
});
