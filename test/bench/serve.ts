import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Bench, Measured, Skipped } from './bench.js';

const browsers = 3;
const ask = (channel: string, question: object) =>
  JSON.stringify({ type: 'ask', id: 1, channel, ask: question });
const run = {
  asked: { flags: { model: 'v1.2', task: 'train', resolution: '144p', frames: 17, batch: 1 } },
  device: 'cpu',
  gpus: null,
  profile: 'quick',
};

/** A server whose lines are read one after the other, the address first. */
async function started(args: readonly string[]) {
  const env = { ...process.env, PREFLIGHT_HOME: join(tmpdir(), 'preflight-bench-home') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value } = await lines.next();
    if (value === undefined) throw new Error('the server ended before it spoke');
    return value;
  };
  return { child, line, address: new URL(await line()) };
}

/** Browsers that listen to all there is. @param onMessage told of each message that any of them gets */
async function attach(address: URL, onMessage: (text: string) => void): Promise<WebSocket[]> {
  const response = await fetch(address, { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')!.split(';')[0]!;
  return Promise.all(
    Array.from({ length: browsers }, async () => {
      const page = new WebSocket(`ws://${address.host}/api/socket`, { headers: { cookie } });
      page.on('message', (data) => onMessage(String(data)));
      await once(page, 'open');
      for (const [id, event] of ['run', 'machine/live'].entries())
        page.send(JSON.stringify({ type: 'listen', id: 10 + id, event }));
      return page;
    }),
  );
}

async function end(child: ChildProcess, pages: readonly WebSocket[]): Promise<void> {
  for (const page of pages) page.terminate();
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const residentMib = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

export const serveIdle: Bench = {
  id: 'serve',
  title: 'resident memory of an idle `preflight serve`, three browsers attached',
  limit: 150,
  unit: 'MiB',
  async run(): Promise<Measured | Skipped> {
    if (process.platform !== 'linux') return { skipped: 'needs /proc' };
    const server = await started(['scripts/preflight.mjs', 'serve', '--port', '0']);
    const alone = residentMib(server.child.pid!);
    const pages = await attach(server.address, () => {});
    for (const page of pages) page.send(ask('machine/read', { measure: false }));
    await setTimeout(10_000);
    const value = residentMib(server.child.pid!);
    await end(server.child, pages);
    return { value, detail: `${Math.round(alone)} MiB before the first browser; 10 s of live readings` };
  },
};

export const serveEvents: Bench = {
  id: 'serve-events',
  title: 'memory of `serve` after 100,000 progress events over that before, three browsers attached',
  limit: 1.1,
  unit: '×',
  async run() {
    const bundle = JSON.stringify(import.meta.url);
    const script = `import(${bundle}).then((bench) => bench.serveManyEvents())`;
    const server = await started(['--input-type=module', '-e', script]);
    let received = 0;
    const pages = await attach(server.address, (text) => {
      if (text.includes('"progress","progress"')) received += 1;
    });
    pages[0]!.send(ask('run/start', run));
    const { before, after } = JSON.parse(await server.line()) as { before: number; after: number };
    await setTimeout(1000);
    await end(server.child, pages);
    return {
      value: after / before,
      detail: `${Math.round(before)} MiB, then ${Math.round(after)}; ${received} events received by the three`,
    };
  },
};
