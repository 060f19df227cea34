import { createContext, useContext, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Answer, Ask, Channel, EventName, EventOf } from '../../src-main/contract/channels.js';
import type { Client, Connection } from './client.js';

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('no client above this component');
  return client;
}

export function useConnection(): Connection {
  const client = useClient();
  return useSyncExternalStore(client.onConnection, client.connection);
}

/** Tells what the main side says while the component is there. */
export function useEvent<E extends EventName>(event: E, listener: (value: EventOf<E>) => void): void {
  const client = useClient();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const control = new AbortController();
    client.listen(event, (value) => latest.current(value), control.signal);
    return () => control.abort();
  }, [client, event]);
}

/** Both are undefined while it is awaited; the last value stays while it is asked for again. */
export interface Answered<T> {
  value: T | undefined;
  error: Error | undefined;
  pending: boolean;
  /** Whether the value answers the question as it is now, and not one before. */
  current: boolean;
}

/**
 * The answer to a question, asked again when the question changes and whenever a lost connection is back.
 * @param ask null asks nothing
 */
export function useAnswer<C extends Channel>(
  channel: C,
  ask: Ask<C> | null,
): Answered<Answer<C>> & { again(): void } {
  const client = useClient();
  const connection = useConnection();
  const [answered, setAnswered] = useState<Omit<Answered<Answer<C>>, 'current'> & { of: string | null }>({
    value: undefined,
    error: undefined,
    pending: ask !== null,
    of: null,
  });
  const [round, setRound] = useState(0);
  const key = ask === null ? null : JSON.stringify(ask);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a round asks the same again, and the key is the question
  useEffect(() => {
    if (key === null || connection === 'lost') return;
    const control = new AbortController();
    setAnswered((was) => ({ ...was, pending: true }));
    client.ask(channel, JSON.parse(key) as Ask<C>, control.signal).then(
      (value) => setAnswered({ value, error: undefined, pending: false, of: key }),
      (error: Error) => {
        if (!control.signal.aborted) setAnswered((was) => ({ ...was, error, pending: false }));
      },
    );
    return () => control.abort();
  }, [client, channel, key, connection === 'lost', round]);
  const { of, ...rest } = answered;
  return { ...rest, current: key !== null && of === key, again: () => setRound((count) => count + 1) };
}
