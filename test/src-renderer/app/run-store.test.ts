import { describe, expect, it } from 'vitest';
import type { RunEvent, RunState } from '../../../src-main/contract/run-state.js';
import type { Client, Connection } from '../../../src-renderer/app/client.js';
import { runStore } from '../../../src-renderer/app/run-store.js';

const run = (id: string): RunState => ({
  id,
  startedAt: '2026-11-25T20:00:00.000Z',
  phase: 'sweeping',
  request: {
    asked: { flags: { model: 'v1.2', task: 'train' } },
    device: 'cpu',
    gpus: null,
    profile: 'quick',
  },
  machine: null,
  device: null,
  progress: null,
  rehearsal: null,
  probes: [],
  samples: [],
  reportId: null,
  error: null,
});

function played(first: RunState | null) {
  let tell: (event: RunEvent) => void = () => {};
  let connection: Connection = 'connected';
  let answer = first;
  const watchers: (() => void)[] = [];
  const frames: (() => void)[] = [];
  const client = {
    ask: () => Promise.resolve(answer),
    listen: (_event: string, listener: (event: RunEvent) => void) => {
      tell = listener;
    },
    connection: () => connection,
    onConnection: (watcher: () => void) => watchers.push(watcher),
  } as unknown as Client;
  const store = runStore(client, (then) => frames.push(then));
  return {
    store,
    tell: (event: RunEvent) => tell(event),
    frame: () => {
      for (const then of frames.splice(0)) then();
    },
    reconnect: (state: RunState | null) => {
      answer = state;
      for (const next of ['lost', 'connected'] as const) {
        connection = next;
        for (const watcher of watchers) watcher();
      }
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the state of the run', () => {
  it('is unknown until it was told, and then what the main side has', async () => {
    const { store } = played(run('a'));
    expect(store.read()).toBeUndefined();
    await settled();
    expect(store.read()?.id).toBe('a');
  });

  it('is told of once a frame, however many events come', async () => {
    const { store, tell, frame } = played(run('a'));
    let told = 0;
    store.subscribe(() => told++);
    await settled();
    for (let count = 0; count < 1000; count++) tell({ type: 'cancelling' });
    expect(told).toBe(0);
    frame();
    expect(told).toBe(1);
    expect(store.read()?.phase).toBe('cancelling');
    tell({ type: 'failed', error: 'x' });
    frame();
    expect(told).toBe(2);
  });

  it('does not outlive the program that had the run', async () => {
    const { store, reconnect } = played(run('a'));
    await settled();
    reconnect(null);
    await settled();
    expect(store.read()).toBe(null);
  });
});
