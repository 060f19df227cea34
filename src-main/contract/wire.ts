import { z } from 'zod';
import { channelSchema, eventNameSchema } from './channels.js';

/**
 * How a question ended. `usage` is for the person who asked, in one line that says what would be right; `refused` is
 * a right question at the wrong moment; `fault` is ours.
 */
export const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    kind: z.enum(['usage', 'refused', 'fault']),
    message: z.string(),
  }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

const id = z.number().int().nonnegative();

/** What a page sends: over the WebSocket as JSON, in the desktop by the preload bridge. */
export const toMainSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ask'), id, channel: channelSchema, ask: z.unknown() }),
  z.strictObject({ type: z.literal('listen'), id, event: eventNameSchema }),
  z.strictObject({ type: z.literal('unlisten'), id }),
]);

/** What a page receives; `id` is that of its own question or listener. */
export const toPageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id, outcome: outcomeSchema }),
  z.object({ type: z.literal('event'), id, value: z.unknown() }),
  /** The page sent what has no id to answer to; it is a fault of the page, in one line. */
  z.object({ type: z.literal('unreadable'), message: z.string() }),
]);

export type ToMain = z.infer<typeof toMainSchema>;
export type ToPage = z.infer<typeof toPageSchema>;

/** What the preload script gives the desktop's page, as `window.preflight`: messages both ways, and nothing else. */
export interface Bridge {
  send(message: ToMain): void;
  /** One receiver, for the life of the page. */
  receive(receiver: (message: ToPage) => void): void;
}
