import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { lessonSchema } from '../../src-main/contract/lesson.js';
import { type Report, reportSchema } from '../../src-main/contract/report.js';
import { readFreeMemory } from '../../src-main/machine/host.js';
import { builtMain } from '../support/built.js';
import { type CliRun, runCli, startCli } from '../support/cli.js';
import { markedProcesses, until } from '../support/processes.js';

// One GPU's share of a real run on the CPU at the model's full depth: v1.2's 28 + 28 blocks for a picture of 144p. On an idle
// machine with two cores some two minutes, and 9 GiB.

const target = [
  '--model',
  'v1.2',
  '--task',
  'train',
  '--resolution',
  '144p',
  '--frames',
  '1',
  '--batch',
  '1',
];
const share = ['--gpu-count', '8', '--plugin', 'zero2', '--cached-text', '--cached-video', '--ema', 'off'];
const here = ['--checkpointing', 'none', '--device', 'cpu', '--profile', 'quick', '--gpu-memory', '24GiB'];
const neededBytes = 13 * 2 ** 30;
const tooSmall = (await readFreeMemory()) < neededBytes;

let folder: string;
let out: string;
let env: { PREFLIGHT_HOME: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-rehearsal-'));
  out = join(folder, 'out');
  env = { PREFLIGHT_HOME: join(folder, 'home') };
  await builtMain();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const args = () => ['run', ...target, ...share, ...here, '--rehearse', '--out', out];
const reportAt = (): Report => reportSchema.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
const nothingLeft = (run: CliRun) =>
  until('no process is left', () => markedProcesses(run.marker).length === 0, 5000);
const lessonsNow = async () =>
  JSON.parse((await runCli(['history', '--lessons', '--json'], { env })).stdout).lessons as unknown[];

// Each case goes on from what the one before has left.
describe
  .skipIf(process.platform !== 'linux' || tooSmall)
  .sequential(
    `a rehearsal on the CPU${tooSmall ? ' (skipped: less than 13 GiB of memory is free)' : ''}`,
    () => {
      it('that is interrupted leaves a report that says so, and no process', async () => {
        const run = await startCli(args(), { env, deadlineMs: 300_000 });
        await until('the rehearsal', () => /rehearsal: loading the graph/.test(run.stderr()), 280_000);
        run.child.kill('SIGINT');
        const { code, stdout, stderr } = await run.end;
        expect(code).toBe(130);
        await nothingLeft(run);
        expect(stderr).toMatch(/rehearsal: holding ballast\n/);
        expect(stdout).toContain('The rehearsal was cancelled: this is what there is.');
        const report = reportAt();
        expect(report).toMatchObject({ state: 'cancelled', rehearsal: { status: 'cancelled' } });
        expect(report.verdict.status).toBe('inconclusive');
        expect(report.probes.every(({ status }) => status === 'ok')).toBe(true);
        expect(await lessonsNow()).toEqual([]);
      }, 300_000);

      it('takes the finished probes over, and holds the run: a go that says in what it was rehearsed', async () => {
        const { code, stdout, stderr } = await runCli(args(), { env, deadlineMs: 500_000 });
        expect(stderr).not.toMatch(/probe \d|fault/);
        expect(stderr).toMatch(/rehearsal: in the steps, step [2-9]\d* of 20 done/);
        expect(code).toBe(0);
        expect(stdout).toMatch(/^✔ Go: Dry run on the CPU/);
        const report = reportAt();
        expect(report.verdict.headline).toContain('; rehearsed in ONNX Runtime; ');
        expect(report.verdict.reasons).toContainEqual(
          expect.objectContaining({ id: 'rehearsal', status: 'pass', evidence: 'rehearsed' }),
        );
        const { rehearsal } = report;
        if (isUnavailable(rehearsal)) throw new Error(rehearsal.unavailable);
        expect(rehearsal).toMatchObject({ provider: 'cpu', status: 'held' });
        const [attempt] = rehearsal.attempts;
        expect(attempt!.graph).toMatchObject({ dtype: 'fp32', batch: 1 });
        expect(attempt!.graph.blocks).toEqual([
          { kind: 'spatial', count: 28, checkpointed: 0 },
          { kind: 'temporal', count: 28, checkpointed: 0 },
        ]);
        expect(attempt!.devices[0]!.stepSeconds.length).toBeGreaterThanOrEqual(3);
        const peak = known(attempt!.rehearsed.peakBytes)!;
        expect(peak / attempt!.expected.peakBytes).toBeGreaterThan(0.9);
        expect(peak / attempt!.expected.peakBytes).toBeLessThan(1.1);
        // The GPU that is judged has no known speed; this device's own was measured.
        expect(attempt!.expected.secondsPerStep).toEqual(expect.any(Number));
      }, 500_000);

      it('teaches this machine, which forgets it when it is told to', async () => {
        const lessons = (await lessonsNow()).map((lesson) => lessonSchema.parse(lesson));
        expect(lessons).toMatchObject([
          {
            reportId: reportAt().id,
            model: 'v1.2',
            task: 'train',
            dtype: 'fp32',
            rehearsedIn: 'onnx-runtime',
          },
        ]);
        expect((await runCli(['history'], { env })).stdout).toContain('rehearsal held to the end');
        const { stderr } = await runCli(['history', '--forget-lessons'], { env });
        expect(stderr).toMatch(/^forgotten: 1 lesson in /);
        expect(await lessonsNow()).toEqual([]);
        expect(existsSync(out)).toBe(true);
      }, 60_000);
    },
  );
