import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src-main/contract/run-state.js';
import type { ToPage } from '../../../src-main/contract/wire.js';
import { Desk } from '../../../src-main/desk/desk.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import type { PreflightHooks, PreflightRequest } from '../../../src-main/preflight.js';
import { History } from '../../../src-main/report/history/history.js';
import { historyFolder } from '../../../src-main/report/history/home.js';
import { identityOf } from '../../../src-main/report/run-identity.js';
import { openRunFolder } from '../../../src-main/report/store.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { until } from '../../support/processes.js';

// The desk with a flow that the test itself drives; a real one is in test/src-main/serve/sweep.test.ts.

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-desk-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const flags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 17, batch: 1 };
const run = { asked: { flags }, device: 'cpu', gpus: null, profile: 'quick' };

interface Driven {
  request: PreflightRequest;
  hooks: PreflightHooks;
  end(report: { id: string; state: string }): void;
  fail(error: unknown): void;
}

/** A desk, its runs as they are started, and a page that listens. */
function drivenDesk(options: { home?: string; cudaLibs?: string } = {}) {
  const driven: Driven[] = [];
  const faults: unknown[] = [];
  const heard: RunEvent[] = [];
  const desk = new Desk({
    home,
    ...options,
    onFault: (error) => faults.push(error),
    flow: (request, hooks) =>
      new Promise((end, fail) => {
        driven.push({ request, hooks, end, fail });
        hooks.signal.addEventListener('abort', () => end({ id: 'of the cancelled', state: 'cancelled' }));
      }),
  });
  const page = desk.connect((message: ToPage) => {
    if (message.type === 'event') heard.push(message.value as RunEvent);
  });
  page.receive({ type: 'listen', id: 0, event: 'run' });
  const begun = () => until('the flow is called', () => driven.length > 0, 2000);
  return { desk, driven, faults, heard, page, begun };
}

describe('a run of the desk', () => {
  it('tells a fault of ours in one line, keeps its stack for the log, and lets the next one start', async () => {
    const { desk, driven, faults, heard, begun } = drivenDesk();
    expect(await desk.ask('run/start', run)).toMatchObject({ ok: true });
    await begun();
    driven[0]!.fail(new TypeError('a is\nnot b'));
    await until('it is told', () => heard.at(-1)?.type === 'failed', 2000);
    expect(heard.at(-1)).toEqual({ type: 'failed', error: 'a fault of this program: a is not b' });
    expect(faults).toHaveLength(1);
    expect(await desk.ask('run/start', run)).toMatchObject({ ok: true });
    await until('the second is called', () => driven.length === 2, 2000);
    await desk.close();
    expect(heard.at(-1)).toEqual({ type: 'ended', phase: 'cancelled', reportId: 'of the cancelled' });
  });

  it('is cancelled once, by its own id alone', async () => {
    const { desk, heard, begun, page } = drivenDesk();
    const started = await desk.ask('run/start', run);
    const { id } = (started.ok && started.value) as { id: string };
    await begun();
    expect(await desk.ask('run/cancel', { id: 'other' })).toMatchObject({ ok: false, kind: 'usage' });
    expect(await desk.ask('run/cancel', { id })).toEqual({ ok: true, value: {} });
    await until('it has ended', () => heard.at(-1)?.type === 'ended', 2000);
    expect(heard.filter(({ type }) => type === 'cancelling')).toHaveLength(1);
    expect(await desk.ask('run/cancel', { id })).toMatchObject({ ok: false, kind: 'refused' });
    page.close();
  });

  it('of a file keeps the target beside its report, and passes on what the server was started with', async () => {
    const { desk, driven, begun } = drivenDesk({ cudaLibs: '/opt/cuda' });
    const target = resolveTarget(flags);
    const asked = { target, assumptions: ['a guess'], name: 'mine.py' };
    await desk.ask('run/start', { ...run, asked });
    await begun();
    const { request } = driven[0]!;
    const config = join(request.out, 'target.json');
    expect(request).toMatchObject({ target, assumptions: ['a guess'], cudaLibs: '/opt/cuda' });
    expect(request.command).toBe(
      `preflight run --config ${config} --device cpu --profile quick --cuda-libs /opt/cuda`,
    );
    expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual(target);
    await desk.close();
  });

  it('goes on from a report that is kept, and tells where its rehearsal stands', async () => {
    const own = mkdtempSync(join(home, 'own-'));
    const kept = dryRunReport();
    await new History(historyFolder(own)).add(kept);
    const { desk, driven, heard, begun } = drivenDesk({ home: own });
    await desk.ask('run/start', { ...run, rehearse: true, goOnFrom: { id: kept.id } });
    await begun();
    const { request, hooks } = driven[0]!;
    expect(request.rehearse).toBe(true);
    expect(await desk.ask('run/state', {})).toMatchObject({ value: { probes: kept.probes } });
    expect(request.command).toMatch(/ --rehearse$/);
    expect(JSON.parse(readFileSync(join(request.out, 'report.json'), 'utf8'))).toEqual(kept);
    // Which the flow's own store takes the probes of.
    const folder = await openRunFolder(request.out, identityOf(kept));
    expect(folder.finished).toEqual(kept.probes);
    await folder.close();
    const at = { attempt: 1, stage: 'steps', step: 3, steps: 20, secondsLeft: 40 } as const;
    hooks.onRehearsal!(at);
    expect(heard.at(-1)).toEqual({ type: 'rehearsal', rehearsal: at });
    expect(await desk.ask('run/state', {})).toMatchObject({ value: { rehearsal: at } });
    await desk.close();
  });

  it('says that the report it was to go on from has gone, and leaves no folder', async () => {
    const own = mkdtempSync(join(home, 'own-'));
    const { desk, heard } = drivenDesk({ home: own });
    await desk.ask('run/start', { ...run, rehearse: true, goOnFrom: { id: 'gone' } });
    await until('it is told', () => heard.at(-1)?.type === 'failed', 2000);
    expect(heard.at(-1)).toMatchObject({ error: expect.stringMatching(/no report gone/) });
    expect(readdirSync(own)).not.toContain('runs');
  });

  it('of a target that was edited is refused as a file would be', async () => {
    const { desk } = drivenDesk();
    const target = { ...resolveTarget(flags), effectiveBatch: 999 };
    const outcome = await desk.ask('run/start', {
      ...run,
      asked: { target, assumptions: [], name: 'mine.json' },
    });
    expect(outcome).toMatchObject({ ok: false, kind: 'usage' });
    expect(!outcome.ok && outcome.message).toMatch(/^mine\.json: effectiveBatch 999 is not what/);
    expect(await desk.ask('run/state', {})).toEqual({ ok: true, value: null });
  });

  it('says that the home cannot be written, and leaves it as it is', async () => {
    const file = join(home, 'a-file');
    writeFileSync(file, 'mine');
    const { desk, heard } = drivenDesk({ home: file });
    const asked = { target: resolveTarget(flags), assumptions: [], name: 'mine.json' };
    await desk.ask('run/start', { ...run, asked });
    await until('it is told', () => heard.at(-1)?.type === 'failed', 2000);
    expect(JSON.stringify(heard.at(-1))).toMatch(
      /Cannot write .*a-file\/runs\/.*: a part of that path is a file/,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('takes an empty folder away that holds the target of a run which never began', async () => {
    const own = mkdtempSync(join(home, 'own-'));
    const { desk, driven, heard, begun } = drivenDesk({ home: own });
    const asked = { target: resolveTarget(flags), assumptions: [], name: 'mine.json' };
    await desk.ask('run/start', { ...run, asked });
    await begun();
    driven[0]!.fail(new Error('no device'));
    await until('it is told', () => heard.at(-1)?.type === 'failed', 2000);
    expect(readdirSync(join(own, 'runs'))).toEqual([]);
  });

  it('tells a page that listens late the state first, and one that has gone nothing', async () => {
    const { desk, driven, begun, page, heard } = drivenDesk();
    await desk.ask('run/start', run);
    await begun();
    const late: unknown[] = [];
    desk.connect((message) => late.push(message)).receive({ type: 'listen', id: 9, event: 'run' });
    expect(late).toMatchObject([{ type: 'event', id: 9, value: { type: 'started' } }]);
    page.close();
    const before = heard.length;
    driven[0]!.end({ id: 'r', state: 'complete' });
    await until('the other is told', () => late.length === 2, 2000);
    expect(late[1]).toMatchObject({ value: { type: 'ended', phase: 'done', reportId: 'r' } });
    expect(heard).toHaveLength(before);
  });
});
