import { join } from 'node:path';
import type { BrowserContext, WebSocketRoute } from 'playwright-core';
import type { Answer, Ask, Channel, EventName, EventOf } from '../../src-main/contract/channels.js';
import { type ToPage, toMainSchema } from '../../src-main/contract/wire.js';
import { builtMain } from './built.js';

type Answers = { [C in Channel]?: (ask: Ask<C>) => Answer<C> | Promise<Answer<C>> };

/** Where the pages are said to lie; nothing listens there. */
export const pagesAddress = 'http://preflight.test';

/**
 * The built pages in a browser with a main side that says what a test wants to see drawn. What the real one says is tested
 * by `preflight serve`.
 */
export class ScriptedDesk {
  private sockets: WebSocketRoute[] = [];
  private listeners: { id: number; event: EventName; socket: WebSocketRoute }[] = [];
  /** Questions that came, in order. */
  readonly asked: { channel: Channel; ask: unknown }[] = [];
  private refusing = false;

  constructor(private readonly answers: Answers) {}

  async attach(context: BrowserContext): Promise<void> {
    const pages = join(await builtMain(), '..', 'renderer');
    await context.route(`${pagesAddress}/**`, (route) => {
      const { pathname } = new URL(route.request().url());
      return route.fulfill({ path: join(pages, pathname === '/' ? 'index.html' : pathname) });
    });
    await context.routeWebSocket(/\/api\/socket$/, (socket) => this.connect(socket));
  }

  tell<E extends EventName>(event: E, value: EventOf<E>): void {
    for (const { id, socket, event: wanted } of this.listeners)
      if (wanted === event) socket.send(JSON.stringify({ type: 'event', id, value } satisfies ToPage));
  }

  /** Ends every connection and takes no other until `comeBack`. */
  async goAway(): Promise<void> {
    this.refusing = true;
    this.listeners = [];
    await Promise.all(this.sockets.splice(0).map((socket) => socket.close()));
  }

  comeBack(): void {
    this.refusing = false;
  }

  private connect(socket: WebSocketRoute): void {
    if (this.refusing) {
      void socket.close();
      return;
    }
    this.sockets.push(socket);
    socket.onMessage(async (data) => {
      const message = toMainSchema.parse(JSON.parse(String(data)));
      if (message.type === 'listen') this.listeners.push({ ...message, socket });
      if (message.type === 'unlisten')
        this.listeners = this.listeners.filter(({ id, socket: of }) => of !== socket || id !== message.id);
      if (message.type === 'ask') {
        const { id, channel, ask } = message;
        this.asked.push({ channel, ask });
        const outcome = await this.outcomeOf(channel, ask);
        socket.send(JSON.stringify({ type: 'answer', id, outcome } satisfies ToPage));
      }
    });
  }

  private async outcomeOf(channel: Channel, ask: unknown) {
    const answer = this.answers[channel] as ((ask: unknown) => unknown) | undefined;
    if (answer === undefined)
      return { ok: false as const, kind: 'fault' as const, message: `no script for ${channel}` };
    try {
      return { ok: true as const, value: await answer(ask) };
    } catch (error) {
      return { ok: false as const, kind: 'usage' as const, message: (error as Error).message };
    }
  }
}
