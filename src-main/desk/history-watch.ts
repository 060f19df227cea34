import { statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EventOf } from '../contract/channels.js';
import { Topic } from './topic.js';

const periodMs = 1000;

/**
 * Tells that reports came or went, whichever program did it, while anybody listens. The folder's time is read once a second:
 * the system's own watching says nothing of what another machine does in a home that they share.
 */
export class HistoryWatch {
  readonly topic = new Topic<EventOf<'history'>>((listened) => this.turn(listened));
  private timer: NodeJS.Timeout | undefined;
  /** When the folder changed last; 0 where there is none yet. */
  private changedMs = 0;

  constructor(private readonly folder: string) {}

  private turn(on: boolean): void {
    clearInterval(this.timer);
    if (!on) return;
    // Before the list that the listener asks for next is read, so that no change falls between the two.
    this.changedMs = this.changedNow();
    this.timer = setInterval(() => this.look(), periodMs);
  }

  private changedNow(): number {
    try {
      return statSync(this.folder).mtimeMs;
    } catch {
      return 0;
    }
  }

  private async look(): Promise<void> {
    const changedMs = await stat(this.folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (changedMs === this.changedMs) return;
    this.changedMs = changedMs;
    this.topic.tell({});
  }
}
