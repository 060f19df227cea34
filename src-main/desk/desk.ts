import { type Answer, type Ask, type Channel, type EventOf, requests } from '../contract/channels.js';
import { UsageError } from '../contract/usage-error.js';
import type { Outcome } from '../contract/wire.js';
import type { PrintPage } from '../report/export/export-report.js';
import { historyFolder } from '../report/history/home.js';
import { Connection, type Send } from './connection.js';
import { type Handlers, handlersOf } from './handlers.js';
import { HistoryWatch } from './history-watch.js';
import { LiveMachine } from './live.js';
import { failedOutcome, firstIssue } from './outcome.js';
import { RunKeeper, type RunKeeperOptions } from './run-keeper.js';
import { Topic } from './topic.js';

export interface DeskOptions extends Omit<RunKeeperOptions, 'live'> {
  /** How a report is printed as PDF, where the face can do so itself; else a Chromium is looked for. */
  print?: PrintPage | undefined;
}

/**
 * What the faces with windows share: answers what pages ask, keeps the one run, tells events. It knows no Electron and
 * no HTTP, and what it is sent may be anything.
 */
export class Desk {
  /** What was chosen in the desktop's menu; the face that has one tells it. */
  readonly menu = new Topic<EventOf<'menu'>>();
  private readonly live: LiveMachine;
  private readonly history: HistoryWatch;
  private readonly runs: RunKeeper;
  private readonly closing = new AbortController();
  private readonly handlers: Handlers;

  constructor(private readonly options: DeskOptions) {
    this.live = new LiveMachine(options.onFault);
    this.history = new HistoryWatch(historyFolder(options.home));
    this.runs = new RunKeeper({ ...options, live: this.live.topic });
    this.handlers = handlersOf({ ...options, runs: this.runs, signal: this.closing.signal });
  }

  /** Answers one question, whoever asks. Never throws. @param signal aborted when nobody waits for it any more */
  async ask(channel: Channel, ask: unknown, signal?: AbortSignal): Promise<Outcome> {
    try {
      return { ok: true, value: await this.answer(channel, ask, signal) };
    } catch (error) {
      return failedOutcome(error, this.options.onFault);
    }
  }

  /** A page that is there now; `close` it when it has gone. */
  connect(send: Send): Connection {
    return new Connection(send, {
      ask: (channel, ask, signal) => this.ask(channel, ask, signal),
      live: this.live.topic,
      menu: this.menu,
      history: this.history.topic,
      runs: this.runs,
    });
  }

  /** Ends what is under way, a run with its report. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.runs.close();
  }

  private answer<C extends Channel>(channel: C, ask: unknown, signal?: AbortSignal): Promise<Answer<C>> {
    const parsed = requests[channel].ask.safeParse(ask);
    if (!parsed.success) throw new UsageError(firstIssue(parsed.error, channel));
    return this.handlers[channel](parsed.data as Ask<C>, signal);
  }
}
