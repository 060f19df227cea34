import { setTimeout } from 'node:timers/promises';
import type { EventOf } from '../contract/channels.js';
import { isRunning, nextRunState, type RunState } from '../contract/run-state.js';
import type { ToPage } from '../contract/wire.js';
import type { Connectable } from './ipc.js';

/** Follows the runs as a page does, for what the system is to know of them. */
export interface SweepWatch {
  /** The run under way, if there is one. */
  running(): RunState | null;
  /** Cancels the run under way and waits until its report is written. @returns whether it ended in time */
  cancel(withinMs: number): Promise<boolean>;
  close(): void;
}

const listenId = 0;
const cancelId = 1;

/** @param onChange is told at each step of a run, and with null when it has ended */
export function watchSweeps(desk: Connectable, onChange: (running: RunState | null) => void): SweepWatch {
  let state: RunState | null = null;
  const connection = desk.connect((message: ToPage) => {
    if (message.type !== 'event' || message.id !== listenId) return;
    const was = isRunning(state);
    // Our own desk's words: checked where they are made.
    state = nextRunState(state, message.value as EventOf<'run'>);
    if (isRunning(state)) onChange(state);
    else if (was) onChange(null);
  });
  connection.receive({ type: 'listen', id: listenId, event: 'run' });
  return {
    running: () => (isRunning(state) ? state : null),
    async cancel(withinMs) {
      const end = performance.now() + withinMs;
      if (state && isRunning(state))
        connection.receive({ type: 'ask', id: cancelId, channel: 'run/cancel', ask: { id: state.id } });
      while (isRunning(state) && performance.now() < end) await setTimeout(50);
      return !isRunning(state);
    },
    close: () => connection.close(),
  };
}
