import type { EventName } from '../../src-main/contract/channels.js';
import type { ToMain, ToPage } from '../../src-main/contract/wire.js';
import { AskError, type Client, type Connection } from './client.js';

/** A way to the main side. It tells when it is open, and opens itself again after it was closed. */
export interface Transport {
  start(receiver: { opened(): void; closed(): void; received(message: ToPage): void }): void;
  /** Only while it is open. */
  send(message: ToMain): void;
}

interface Question {
  message: ToMain;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Questions and listeners over messages. What is asked before the first connection waits for it; what was not answered when
 * it is lost has failed, since nobody knows whether it was done; listeners are set up again by themselves.
 */
export function messageClient(transport: Transport): Client {
  let state: Connection = 'connecting';
  let lastId = 0;
  const questions = new Map<number, Question>();
  const listeners = new Map<number, { event: EventName; tell: (value: unknown) => void }>();
  const watchers = new Set<() => void>();

  const become = (next: Connection) => {
    state = next;
    for (const watcher of [...watchers]) watcher();
  };
  const send = (message: ToMain) => {
    if (state === 'connected') transport.send(message);
  };

  transport.start({
    opened() {
      become('connected');
      for (const [id, { event }] of listeners) send({ type: 'listen', id, event });
      for (const { message } of questions.values()) send(message);
    },
    closed() {
      if (state === 'connecting') return;
      const unanswered = [...questions.values()];
      questions.clear();
      become('lost');
      for (const { reject } of unanswered) reject(lost());
    },
    received(message) {
      if (message.type === 'event') listeners.get(message.id)?.tell(message.value);
      else if (message.type === 'answer') {
        const question = questions.get(message.id);
        questions.delete(message.id);
        const { outcome } = message;
        if (outcome.ok) question?.resolve(outcome.value);
        else question?.reject(new AskError(outcome.kind, outcome.message));
      } else console.error(message.message);
    },
  });

  return {
    ask(channel, ask, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (state === 'lost') return reject(lost());
        const id = ++lastId;
        const message: ToMain = { type: 'ask', id, channel, ask };
        questions.set(id, { message, resolve: (value) => resolve(value as never), reject });
        signal?.addEventListener('abort', () => {
          if (questions.delete(id)) reject(signal.reason);
        });
        send(message);
      });
    },
    listen(event, listener, signal) {
      if (signal.aborted) return;
      const id = ++lastId;
      listeners.set(id, { event, tell: (value) => listener(value as never) });
      send({ type: 'listen', id, event });
      signal.addEventListener('abort', () => {
        listeners.delete(id);
        send({ type: 'unlisten', id });
      });
    },
    connection: () => state,
    onConnection(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

const lost = () => new AskError('lost', '');
