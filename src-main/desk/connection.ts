import type { Channel, EventName, EventOf, Live } from '../contract/channels.js';
import type { RunEvent, RunState } from '../contract/run-state.js';
import { type Outcome, type ToMain, type ToPage, toMainSchema } from '../contract/wire.js';
import { firstIssue } from './outcome.js';
import type { Topic } from './topic.js';

/** More than any page has; a page gone wild is stopped here. */
const mostOpen = 64;

/** Of a run: each is made up for by the next. */
const droppable: readonly RunEvent['type'][] = ['progress', 'rehearsal', 'sample'];

/** Takes a message to a page. @param mayDrop whether a later one makes up for it, where the page is slow to read */
export type Send = (message: ToPage, mayDrop: boolean) => void;

/** What a connection needs of the desk. */
export interface Behind {
  ask(channel: Channel, ask: unknown, signal: AbortSignal): Promise<Outcome>;
  live: Topic<Live>;
  menu: Topic<EventOf<'menu'>>;
  history: Topic<EventOf<'history'>>;
  runs: { events: Topic<RunEvent>; state: RunState | null };
}

/** One page: its questions answered, its listeners told. Whatever it sends, it gets one line for and loses nothing. */
export class Connection {
  /** Ends of listening by the listener's id. */
  private readonly listeners = new Map<number, () => void>();
  private asking = 0;
  private readonly gone = new AbortController();

  constructor(
    private readonly toPage: Send,
    private readonly behind: Behind,
  ) {}

  receive(raw: unknown): void {
    const parsed = toMainSchema.safeParse(raw);
    if (parsed.success) this.take(parsed.data);
    else this.refuse(idOf(raw), firstIssue(parsed.error, 'message'));
  }

  close(): void {
    this.gone.abort();
    for (const unlisten of this.listeners.values()) unlisten();
    this.listeners.clear();
  }

  private take(message: ToMain): void {
    const { id } = message;
    if (message.type === 'ask') void this.ask(id, message.channel, message.ask);
    else if (message.type === 'listen') this.listen(id, message.event);
    else {
      this.listeners.get(id)?.();
      this.listeners.delete(id);
    }
  }

  private async ask(id: number, channel: Channel, ask: unknown): Promise<void> {
    if (this.asking >= mostOpen) return this.refuse(id, `more than ${mostOpen} questions at once`);
    this.asking += 1;
    const outcome = await this.behind.ask(channel, ask, this.gone.signal);
    this.asking -= 1;
    this.send({ type: 'answer', id, outcome }, false);
  }

  private listen(id: number, event: EventName): void {
    if (this.listeners.has(id) || this.listeners.size >= mostOpen) {
      const why = this.listeners.has(id)
        ? `listener ${id} is there already`
        : `more than ${mostOpen} listeners`;
      this.refuse(id, why);
      return;
    }
    const tell = (value: unknown, mayDrop: boolean) => this.send({ type: 'event', id, value }, mayDrop);
    this.listeners.set(id, this.unlistenOf(event, tell));
  }

  /** Listens, and answers what ends it. */
  private unlistenOf(event: EventName, tell: (value: unknown, mayDrop: boolean) => void): () => void {
    if (event === 'machine/live') return this.behind.live.listen((live) => tell(live, true));
    if (event === 'menu') return this.behind.menu.listen((choice) => tell(choice, false));
    if (event === 'history') return this.behind.history.listen((change) => tell(change, false));
    const { state, events } = this.behind.runs;
    if (state !== null) tell({ type: 'started', run: state } satisfies RunEvent, false);
    return events.listen((run) => tell(run, droppable.includes(run.type)));
  }

  private refuse(id: number | null, message: string): void {
    if (id === null) this.send({ type: 'unreadable', message }, false);
    else this.send({ type: 'answer', id, outcome: { ok: false, kind: 'usage', message } }, false);
  }

  private send(message: ToPage, mayDrop: boolean): void {
    if (!this.gone.signal.aborted) this.toPage(message, mayDrop);
  }
}

/** The id of what is otherwise no message of ours. */
function idOf(raw: unknown): number | null {
  const id = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'id') : null;
  return Number.isSafeInteger(id) && id >= 0 ? id : null;
}
