import { nextRunState, type RunEvent, type RunState } from '../../src-main/contract/run-state.js';
import type { Client } from './client.js';

/** The run that all pages show. */
export interface RunStore {
  /** `undefined` until it is known whether there is one. */
  read(): RunState | null | undefined;
  subscribe(listener: () => void): () => void;
}

/**
 * Keeps the run's state by the events, and tells of it once a frame at most: thousands of points may come at once.
 * A connection that was lost may come back to another program, whose state is then asked for.
 */
export function runStore(client: Client, nextFrame: (then: () => void) => void): RunStore {
  let state: RunState | null | undefined;
  let told = true;
  const listeners = new Set<() => void>();
  const become = (next: RunState | null) => {
    state = next;
    if (!told) return;
    told = false;
    nextFrame(() => {
      told = true;
      for (const listener of [...listeners]) listener();
    });
  };
  const refresh = () => {
    if (client.connection() !== 'connected') return;
    client.ask('run/state', {}).then(become, () => {});
  };
  client.listen(
    'run',
    (event: RunEvent) => become(nextRunState(state ?? null, event)),
    new AbortController().signal,
  );
  client.onConnection(refresh);
  refresh();
  return {
    read: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** A hidden page gets no frames, and must not fall behind. */
export function nextFrame(then: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(then, 100);
  else requestAnimationFrame(then);
}
