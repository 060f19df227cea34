import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlockShape } from '../../../models/blocks/types.js';
import type { Outcome } from '../../../src-main/contract/wire.js';
import { runCli } from '../../support/cli.js';
import { until } from '../../support/processes.js';
import { Page, type Served, startServe } from '../../support/served.js';

// What a page may send over a real WebSocket: anything. Each gets one line, and the page goes on as before.

let home: string;
let served: Served;
let page: Page;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'preflight-serve-'));
  served = await startServe(home);
});
afterAll(() => {
  served.run.child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await Page.open(served);
  return () => page.socket.terminate();
});

const rssKiB = () =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${served.run.child.pid}/status`, 'utf8'))?.[1]);
const messageOf = (outcome: Outcome) => (outcome.ok ? 'no refusal' : `${outcome.kind}: ${outcome.message}`);

const shape: BlockShape = {
  model: 'v1.2',
  block: 'spatial',
  task: 'train',
  dtype: 'fp32',
  batch: 1,
  latentFrames: 5,
  rows: 9,
  columns: 16,
  depth: 1,
  checkpoint: false,
  optimizer: false,
};

describe('what a page sends', () => {
  it.each([
    ['no JSON', 'garbage {'],
    ['nothing', ''],
    ['another value', '42'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"run","id":-1}'],
    ['bytes', Buffer.from([0, 255, 1])],
    ['a deep nest', '['.repeat(100_000)],
  ])('that is %s is answered in one line, and the page goes on', async (_, sent) => {
    page.socket.send(sent);
    await until('an answer', () => page.received.length === 1, 5000);
    const [message] = page.received;
    expect(message).toMatchObject({ type: 'unreadable' });
    expect(JSON.stringify(message)).not.toContain('\\n');
    expect(await page.ask('run/state', {})).toBeNull();
  });

  it.each([
    ['unknown channel', { type: 'ask', id: 7, channel: 'file/read', ask: {} }, /^message\.channel: /],
    [
      'channel of the prototype',
      { type: 'ask', id: 7, channel: '__proto__', ask: {} },
      /^message\.channel: /,
    ],
    ['unknown event', { type: 'listen', id: 7, event: 'keys' }, /^message\.event: /],
    ['more than a message', { type: 'unlisten', id: 7, also: 1 }, /^message: Unrecognized key/],
  ])('as %s is answered by its id', async (_, sent, says) => {
    page.socket.send(JSON.stringify(sent));
    expect(messageOf(await page.answerTo(7)).replace('usage: ', '')).toMatch(says);
    expect(await page.ask('run/state', {})).toBeNull();
  });

  const asked = { flags: { model: 'v1.2', task: 'train', resolution: '144p', frames: 17, batch: 1 } };
  const run = { asked, device: 'cpu', gpus: null, profile: 'quick' };
  it.each([
    ['machine/read', {}, /^usage: machine\/read\.measure: .*expected boolean/],
    ['machine/read', { measure: true, force: true }, /^usage: machine\/read: Unrecognized key: "force"/],
    ['target/open', { name: 'x.py', text: 'x'.repeat(2 ** 20 + 1) }, /^usage: target\/open\.text: Too big/],
    ['target/open', { name: 'x.py', text: '\0' }, /^usage: x\.py is binary/],
    ['target/open', { name: 'x.json', text: '{"model":' }, /^usage: x\.json: that is no whole JSON/],
    ['target/analyse', { shapes: [] }, /^usage: target\/analyse\.shapes: Too small/],
    ['target/analyse', { shapes: [{ ...shape, rows: 1e9 }] }, /shapes\.0\.rows: Too big/],
    ['target/analyse', { shapes: [{ ...shape, rows: 2 ** 20 }] }, /shapes\.0: more than 1048576 tokens/],
    [
      'target/analyse',
      { shapes: [{ ...shape, block: 'double' }] },
      /^usage: shapes: v1\.2 has spatial and temporal/,
    ],
    [
      'target/plan',
      { asked: { flags: { ...asked.flags, batch: 0 } } },
      /^usage: --batch must be at least 1, not 0$/,
    ],
    [
      'target/plan',
      { asked: { flags: { ...asked.flags, batch: [] } } },
      /target\/plan\.asked\.flags\.batch: /,
    ],
    [
      'target/plan',
      { asked: { flags: { ...asked.flags, shell: 'x' } } },
      /asked\.flags: Unrecognized key: "shell"/,
    ],
    ['target/plan', { asked, gpu: 'H1000' }, /^usage: .*H1000/],
    ['run/start', { ...run, device: 'tpu' }, /^usage: run\/start\.device: /],
    [
      'run/start',
      { ...run, asked: { flags: { model: 'v9' } } },
      /^usage: run\/start\.asked\.flags\.task: |--model v9/,
    ],
    ['run/start', { ...run, gpu: 'H1000' }, /^usage: .*H1000/],
    ['run/start', { ...run, out: '/etc' }, /^usage: run\/start: Unrecognized key: "out"/],
    ['run/start', { ...run, asked: { target: {}, assumptions: [], name: 'x' } }, /asked\.target\.model: /],
    ['run/cancel', { id: 'none' }, /^usage: there is no run none$/],
  ] as const)('%s, wrong in case %#, is refused in one line', async (channel, ask, says) => {
    const message = messageOf(await page.outcome(channel, ask));
    expect(message).toMatch(says);
    expect(message).not.toContain('\n');
    expect(await page.ask('run/state', {})).toBeNull();
  });

  it('of more than 32 MiB ends its connection and no other', async () => {
    const other = await Page.open(served);
    page.socket.send('x'.repeat(32 * 2 ** 20 + 1));
    await until('it is closed', () => page.socket.readyState === page.socket.CLOSED, 5000);
    expect(await other.ask('run/state', {})).toBeNull();
    const again = await Page.open(served);
    expect(await again.ask('run/state', {})).toBeNull();
    for (const each of [other, again]) each.socket.terminate();
  });

  it('as a config is parsed and never run, and its bases are those that were opened with it', async () => {
    const marker = join(home, 'ran');
    const hostile = `__import__('os').system('touch ${marker}')\nresolution = "144p"\n`;
    const outcome = await page.outcome('target/open', { name: 'evil.py', text: hostile });
    expect(messageOf(outcome)).toMatch(/^usage: evil\.py/);
    expect(existsSync(marker)).toBe(false);
    const based = { name: 'mine.py', text: `_base_ = ["../../../../../../../etc/passwd"]\n` };
    expect(messageOf(await page.outcome('target/open', based))).toBe(
      'usage: mine.py rests on ../../../../../../../etc/passwd (_base_): open that file together with it',
    );
  });

  it('as a config with its base beside it is what the command line makes of the two', async () => {
    const folder = join(import.meta.dirname, '../../fixtures/opensora/v2.0/train');
    const file = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });
    const opened = await page.ask('target/open', { ...file('stage1.py'), beside: [file('image.py')] });
    const { stdout } = await runCli([
      'plan',
      '--config',
      join(folder, 'stage1.py'),
      '--gpu',
      'H200',
      '--json',
    ]);
    const report = JSON.parse(stdout);
    expect(opened).toEqual({ target: report.target, assumptions: report.assumptions });
    expect(messageOf(await page.outcome('target/open', file('stage1.py')))).toMatch(
      /^usage: stage1\.py rests on image\.py \(_base_\): open that file together with it$/,
    );
  }, 60_000);

  it('is analysed as the graph says, twice the same', async () => {
    const once = await page.ask('target/analyse', {
      shapes: [shape, { ...shape, batch: 2 }],
    });
    expect(once).toHaveLength(2);
    expect(once[1]!.flops).toBeGreaterThan(1.9 * once[0]!.flops);
    expect(await page.ask('target/analyse', { shapes: [shape] })).toEqual([once[0]]);
  });

  it('as a plan is answered as `preflight plan` does, with its command', async () => {
    const report = await page.ask('target/plan', { asked, gpu: 'H100' });
    expect(report.command).toBe(
      'preflight plan --model v1.2 --task train --resolution 144p --frames 17 --batch 1 --gpu H100',
    );
    expect(report.judgedGpu?.name).toMatch(/H100/);
    expect(report.probes).toEqual([]);
  });

  it('as many plans at once leaves other pages heard between them', async () => {
    const other = await Page.open(served);
    const order: string[] = [];
    const plans = Array.from({ length: 8 }, async (_, index) => {
      await page.ask('target/plan', { asked: { flags: { ...asked.flags, batch: index + 2 } }, gpu: 'H100' });
      order.push('plan');
    });
    await until('the first plan is there', () => order.length > 0, 30_000);
    await other.ask('run/state', {});
    order.push('state');
    await Promise.all(plans);
    expect(order.indexOf('state')).toBeLessThan(order.length - 1);
    other.socket.terminate();
  }, 60_000);

  it('is told of the machine twice a second, until it listens no more', async () => {
    const heard = page.listen('machine/live');
    await until('three readings', () => heard().length >= 3, 5000);
    const [first, second] = heard() as { at: string; hostFreeBytes: number }[];
    expect(first!.hostFreeBytes).toBeGreaterThan(2 ** 20);
    expect(Date.parse(second!.at)).toBeGreaterThan(Date.parse(first!.at));
    page.socket.send(JSON.stringify({ type: 'unlisten', id: 0 }));
    await page.ask('run/state', {});
    const then = heard().length;
    await setTimeout(1200);
    expect(heard()).toHaveLength(then);
  });

  it('too often is stopped at 64 listeners, and at 64 questions at once', async () => {
    for (let id = 0; id < 70; id++) page.listen('machine/live');
    expect(messageOf(await page.answerTo(64))).toMatch(/more than 64 listeners/);
    page.socket.send(JSON.stringify({ type: 'listen', id: 0, event: 'run' }));
    expect(messageOf(await page.answerTo(0))).toMatch(/listener 0 is there already/);
    const all = await Promise.all(
      Array.from({ length: 70 }, () => page.outcome('machine/read', { measure: false })),
    );
    expect(all.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(64);
    expect(all.filter(({ ok }) => !ok).every((o) => /more than 64 questions/.test(messageOf(o)))).toBe(true);
  });
});

describe('a page that asks and does not read', () => {
  it('is cut off, before it costs much memory, and others are not', async () => {
    const other = await Page.open(served);
    const shapes = Array.from({ length: 200 }, () => shape);
    const answered = await other.ask('target/analyse', { shapes });
    const bytes = Buffer.byteLength(JSON.stringify(answered));
    const before = rssKiB();
    page.socket.pause();
    // So many that it would be 60 MiB.
    for (let sent = 0; sent * bytes < 60 * 2 ** 20; sent += 32) {
      for (let id = sent; id < sent + 32; id++)
        page.socket.send(JSON.stringify({ type: 'ask', id, channel: 'target/analyse', ask: { shapes } }));
      // As long a question, so that these are answered before the next are asked: more than 64 at once are refused.
      await other.ask('target/analyse', { shapes });
    }
    expect(rssKiB() - before).toBeLessThan(100 * 1024);
    page.socket.resume();
    await until('it is closed', () => page.socket.readyState === page.socket.CLOSED, 10_000);
    expect(await other.ask('run/state', {})).toBeNull();
    other.socket.terminate();
  }, 120_000);
});
