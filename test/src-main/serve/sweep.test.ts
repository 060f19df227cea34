import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from '../../../src-main/contract/channels.js';
import { type Report, reportSchema } from '../../../src-main/contract/report.js';
import {
  isRunning,
  nextRunState,
  type RunEvent,
  type RunState,
} from '../../../src-main/contract/run-state.js';
import type { Outcome } from '../../../src-main/contract/wire.js';
import { markedProcesses, until } from '../../support/processes.js';
import { get, Page, type Served, startServe } from '../../support/served.js';

// Real sweeps on the CPU through a real server: seen by several browsers, cancelled, and left.

// As little as the blocks take: a sweep of seconds.
const flags = {
  model: 'v1.2',
  task: 'train',
  latentFrames: 1,
  spatialTokens: 16,
  batch: 1,
  checkpointing: 'none',
};
const request: Ask<'run/start'> = { asked: { flags }, device: 'cpu', gpus: null, profile: 'quick' };
const command =
  'preflight run --model v1.2 --task train --batch 1 --checkpointing none --latent-frames 1 --spatial-tokens 16 --device cpu --profile quick';

let home: string;
let served: Served;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'preflight-serve-'));
  served = await startServe(home);
});
afterAll(() => {
  served.run.child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const reports = (): Report[] =>
  readdirSync(join(home, 'runs')).map((name) =>
    reportSchema.parse(JSON.parse(readFileSync(join(home, 'runs', name, 'report.json'), 'utf8'))),
  );
const stateOf = (events: () => unknown[]): RunState | null =>
  (events() as RunEvent[]).reduce(nextRunState, null as RunState | null);
const messageOf = (outcome: Outcome) => (outcome.ok ? 'no refusal' : `${outcome.kind}: ${outcome.message}`);

describe.skipIf(process.platform !== 'linux').sequential('a sweep on the CPU', () => {
  it('is the same for two browsers and one that comes late, and no second one starts', async () => {
    const [first, second] = [await Page.open(served), await Page.open(served)];
    const [seenByFirst, seenBySecond] = [first.listen('run'), second.listen('run')];
    const { id } = await first.ask('run/start', request);
    const refused = await second.outcome('run/start', request);
    expect(messageOf(refused)).toMatch(
      /^refused: a sweep of v1\.2 train is under way since \d{4}-.*Z: wait for its end, or cancel it$/,
    );
    expect(messageOf(await second.outcome('machine/read', { measure: true }))).toMatch(
      /^refused: a sweep of/,
    );
    await until('a first result', () => stateOf(seenBySecond)?.probes.length === 1, 150_000);

    // A reload in the middle: the old page goes, the new one gets the state as it stands.
    second.socket.terminate();
    const late = await Page.open(served);
    const seenLate = late.listen('run');
    await until('it is told', () => seenLate().length > 0, 5000);
    expect(seenLate()[0]).toMatchObject({ type: 'started', run: { id, phase: 'sweeping' } });

    await until('the end', () => !isRunning(stateOf(seenLate)), 200_000);
    await until('the end for the other', () => !isRunning(stateOf(seenByFirst)), 5000);
    const state = await first.ask('run/state', {});
    expect(state).toMatchObject({ id, phase: 'done', error: null, progress: null });
    expect(stateOf(seenByFirst)).toEqual(state);
    expect(stateOf(seenLate)).toEqual(state);
    expect(state!.samples.length).toBeGreaterThan(3);
    expect(state!.samples.every(({ usedBytes }) => typeof usedBytes === 'number' && usedBytes > 0)).toBe(
      true,
    );

    const [report] = reports();
    expect(report).toMatchObject({ id: state!.reportId, state: 'complete', command });
    expect(report!.probes.map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(state!.probes).toEqual(report!.probes);
    expect(readdirSync(join(home, 'reports')).some((name) => name.startsWith(report!.id))).toBe(true);
    expect(messageOf(await first.outcome('run/cancel', { id }))).toBe(
      'refused: the run has ended already (done)',
    );
  }, 300_000);

  it('that is cancelled in the middle keeps what was measured', async () => {
    const page = await Page.open(served);
    const seen = page.listen('run');
    const { id } = await page.ask('run/start', request);
    await until('a first result', () => stateOf(seen)?.probes.length === 1, 150_000);
    await page.ask('run/cancel', { id });
    await until('it is told', () => (seen() as RunEvent[]).some(({ type }) => type === 'cancelling'), 2000);
    await until('the end', () => !isRunning(stateOf(seen)), 20_000);
    const state = stateOf(seen)!;
    expect(state.phase).toBe('cancelled');
    const report = reports().find((found) => found.id === state.reportId)!;
    expect([report.state, report.verdict.status]).toEqual(['cancelled', 'inconclusive']);
    expect(report.probes[0]!.status).toBe('ok');
    await until('no worker is left', () => markedProcesses(served.run.marker).length === 1, 2000);
    expect(reports()).toHaveLength(2);
  }, 240_000);

  it('of a target from a file has a command that makes it again', async () => {
    const page = await Page.open(served);
    const opened = await page.ask('target/open', { name: 'mine.json', text: JSON.stringify(flags) });
    const asked = { ...opened, name: 'mine.json' };
    const { id } = await page.ask('run/start', { ...request, asked });
    await page.ask('run/cancel', { id });
    await until('the end', () => page.received.length > 0, 1000);
    let state = await page.ask('run/state', {});
    const end = performance.now() + 20_000;
    while (isRunning(state) && performance.now() < end) state = await page.ask('run/state', {});
    expect(state?.phase).toBe('cancelled');
    const report = reports().find((found) => found.id === state!.reportId)!;
    const config = /--config (\S+)/.exec(report.command)?.[1];
    const again = { name: 'target.json', text: readFileSync(config!, 'utf8') };
    expect((await page.ask('target/open', again)).target).toEqual(report.target);
    expect(report.command).toBe(`preflight run --config ${config} --device cpu --profile quick`);
  }, 150_000);

  it('that cannot be on this machine says why, and leaves no folder', async () => {
    const before = readdirSync(join(home, 'runs')).length;
    const page = await Page.open(served);
    const seen = page.listen('run');
    const opened = await page.ask('target/open', { name: 'mine.json', text: JSON.stringify(flags) });
    await page.ask('run/start', { ...request, asked: { ...opened, name: 'mine.json' }, gpus: [0] });
    await until('it has failed', () => stateOf(seen)?.phase === 'failed', 20_000);
    expect(stateOf(seen)?.error).toMatch(/^--gpus 0 names CUDA's GPUs, and the device is cpu/);
    expect(readdirSync(join(home, 'runs'))).toHaveLength(before);
  }, 150_000);

  it('under way when the server is ended is cancelled with its report, and no process is left', async () => {
    const before = reports().length;
    const page = await Page.open(served);
    const seen = page.listen('run');
    await page.ask('run/start', request);
    await until('a first result', () => stateOf(seen)?.probes.length === 1, 150_000);
    served.run.child.kill('SIGINT');
    const { code, signal, stderr } = await served.run.end;
    expect([code, signal], stderr).toEqual([0, null]);
    expect(stderr).toMatch(/^ending: what was measured is kept, and a report is written$/m);
    await until('no process is left', () => markedProcesses(served.run.marker).length === 0, 2000);
    await until('the page is told', () => page.socket.readyState === page.socket.CLOSED, 2000);
    expect(stateOf(seen)?.phase).toBe('cancelled');
    expect(reports()).toHaveLength(before + 1);
    await expect(get(served.port, '/')).rejects.toThrow(/ECONNREFUSED/);
  }, 240_000);
});
