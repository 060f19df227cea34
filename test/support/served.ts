import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { WebSocket } from 'ws';
import type { Answer, Ask, Channel, EventName } from '../../src-main/contract/channels.js';
import { type Outcome, type ToPage, toPageSchema } from '../../src-main/contract/wire.js';
import { type CliRun, startCli } from './cli.js';
import { until } from './processes.js';

/** A real `preflight serve` in a process of its own. */
export interface Served {
  run: CliRun;
  port: number;
  token: string;
  /** `name=value`, as a browser sends it back. */
  cookie: string;
}

/** Starts the built `preflight serve` on a free port, and exchanges its token. @param home where it keeps reports */
export async function startServe(
  home: string,
  env: Record<string, string> = {},
  args = ['--port', '0'],
): Promise<Served> {
  const run = await startCli(['serve', ...args], {
    env: { PREFLIGHT_HOME: home, ...env },
    deadlineMs: 600_000,
  });
  await until(
    'the address is printed',
    () => run.stdout().includes('\n') || run.child.exitCode !== null,
    30_000,
  );
  const address = new URL(run.stdout().trim());
  const port = Number(address.port);
  const token = address.searchParams.get('token')!;
  const { headers } = await get(port, `/?token=${token}`);
  return { run, port, token, cookie: String(headers['set-cookie']).split(';')[0]! };
}

export interface Got {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request with whatever headers, Host included, that a browser would not let a page set. */
export async function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Got> {
  const request = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
  request.end();
  const [response] = await once(request, 'response');
  let body = '';
  for await (const piece of response.setEncoding('utf8')) body += piece;
  return { status: response.statusCode, headers: response.headers, body };
}

/** The status that an upgrade to the WebSocket is answered; 101 where it is let in. */
export async function upgradeStatus(
  port: number,
  headers: Record<string, string> = {},
  path = '/api/socket',
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (request, response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    socket.once('open', () => {
      resolve(101);
      socket.close();
    });
    socket.once('error', reject);
  });
}

/** A page as the server sees it: one WebSocket, its questions and its listeners. */
export class Page {
  readonly received: ToPage[] = [];
  private id = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.received.push(toPageSchema.parse(JSON.parse(String(data)))));
  }

  static async open({ port, cookie }: Pick<Served, 'port' | 'cookie'>): Promise<Page> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/socket`, { headers: { cookie } });
    const page = new Page(socket);
    await once(socket, 'open');
    return page;
  }

  /** Sends a question, and waits for how it ended. */
  async outcome(channel: Channel, ask: unknown): Promise<Outcome> {
    const id = this.id++;
    this.socket.send(JSON.stringify({ type: 'ask', id, channel, ask }));
    return this.answerTo(id);
  }

  /** The answer. @throws Error where it was refused */
  async ask<C extends Channel>(channel: C, ask: Ask<C>): Promise<Answer<C>> {
    const outcome = await this.outcome(channel, ask);
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.value as Answer<C>;
  }

  async answerTo(id: number): Promise<Outcome> {
    const find = () => this.received.find((message) => message.type === 'answer' && message.id === id);
    await until(`question ${id} is answered`, () => find() !== undefined, 30_000);
    return (find() as Extract<ToPage, { type: 'answer' }>).outcome;
  }

  /** Listens from now on; the values so far are what the returned function gives. */
  listen(event: EventName): () => unknown[] {
    const id = this.id++;
    this.socket.send(JSON.stringify({ type: 'listen', id, event }));
    return () => this.received.flatMap((m) => (m.type === 'event' && m.id === id ? [m.value] : []));
  }
}
