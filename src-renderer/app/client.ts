import type { Answer, Ask, Channel, EventName, EventOf } from '../../src-main/contract/channels.js';
import type { Outcome } from '../../src-main/contract/wire.js';

/** `connecting` is the first time; `lost` is after that, while it is tried again. */
export type Connection = 'connecting' | 'connected' | 'lost';

/** What a page knows of the main side, whichever way leads there. */
export interface Client {
  /** @throws AskError with a line for the person; the reason of `signal` where that was aborted */
  ask<C extends Channel>(channel: C, ask: Ask<C>, signal?: AbortSignal): Promise<Answer<C>>;
  /** Until `signal` is aborted, over lost connections as well. */
  listen<E extends EventName>(event: E, listener: (value: EventOf<E>) => void, signal: AbortSignal): void;
  connection(): Connection;
  /** @returns what ends the subscription */
  onConnection(listener: () => void): () => void;
}

type Failure = Extract<Outcome, { ok: false }>['kind'];

/** A question that was not answered: as the main side said, or `lost` with the connection. */
export class AskError extends Error {
  override name = 'AskError';
  constructor(
    readonly kind: Failure | 'lost',
    message: string,
  ) {
    super(message);
  }
}
