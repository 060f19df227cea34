import { describe, expect, it } from 'vitest';
import type { ToMain, ToPage } from '../../../src-main/contract/wire.js';
import { AskError } from '../../../src-renderer/app/client.js';
import { messageClient, type Transport } from '../../../src-renderer/app/message-client.js';

function played() {
  const sent: ToMain[] = [];
  let receiver: Parameters<Transport['start']>[0] | undefined;
  const client = messageClient({
    start: (given) => {
      receiver = given;
    },
    send: (message) => sent.push(message),
  });
  return {
    client,
    sent,
    open: () => receiver!.opened(),
    close: () => receiver!.closed(),
    receive: (message: ToPage) => receiver!.received(message),
    answer: (index: number, value: unknown) =>
      receiver!.received({ type: 'answer', id: sent[index]!.id, outcome: { ok: true, value } }),
  };
}

describe('the client over messages', () => {
  it('keeps a question until the first connection, and gives each answer to its own question', async () => {
    const { client, sent, open, answer } = played();
    const first = client.ask('run/cancel', { id: 'a' });
    const second = client.ask('run/state', {});
    expect(sent).toEqual([]);
    open();
    expect(sent.map((message) => message.type === 'ask' && message.channel)).toEqual([
      'run/cancel',
      'run/state',
    ]);
    answer(1, null);
    answer(0, {});
    expect(await second).toBe(null);
    expect(await first).toEqual({});
  });

  it('fails with what the main side says', async () => {
    const { client, sent, open, receive } = played();
    open();
    const asked = client.ask('run/cancel', { id: 'a' });
    receive({
      type: 'answer',
      id: sent[0]!.id,
      outcome: { ok: false, kind: 'refused', message: 'none runs' },
    });
    await expect(asked).rejects.toMatchObject({ kind: 'refused', message: 'none runs' });
  });

  it('fails what was not answered when the connection is lost, and what is asked until it is back', async () => {
    const { client, sent, open, close } = played();
    open();
    const asked = client.ask('run/state', {});
    close();
    await expect(asked).rejects.toBeInstanceOf(AskError);
    await expect(client.ask('run/state', {})).rejects.toMatchObject({ kind: 'lost' });
    open();
    expect(sent).toHaveLength(1);
  });

  it('listens again by itself after a lost connection, until the signal ends it', () => {
    const { client, sent, open, close, receive } = played();
    const heard: unknown[] = [];
    const control = new AbortController();
    open();
    client.listen('run', (event) => heard.push(event.type), control.signal);
    close();
    open();
    expect(sent.map(({ type }) => type)).toEqual(['listen', 'listen']);
    const { id } = sent[0]!;
    receive({ type: 'event', id, value: { type: 'cancelling' } });
    control.abort();
    receive({ type: 'event', id, value: { type: 'cancelling' } });
    expect(heard).toEqual(['cancelling']);
    expect(sent.at(-1)).toEqual({ type: 'unlisten', id });
  });

  it('rejects a question whose signal is aborted, and heeds no late answer', async () => {
    const { client, open, answer } = played();
    const control = new AbortController();
    open();
    const asked = client.ask('run/state', {}, control.signal);
    control.abort(new Error('left the page'));
    answer(0, null);
    await expect(asked).rejects.toThrow('left the page');
  });

  it('tells when the connection changes; a first connection that fails is not a lost one', () => {
    const { client, open, close } = played();
    const seen: string[] = [];
    client.onConnection(() => seen.push(client.connection()));
    close();
    expect(client.connection()).toBe('connecting');
    open();
    close();
    open();
    expect(seen).toEqual(['connected', 'lost', 'connected']);
  });
});
