import { z } from 'zod';

export { isUnavailable, known, type Reading, unavailable } from './reading.js';

/** Where a figure comes from. */
export const evidenceSchema = z.enum(['measured', 'modelled', 'published', 'rehearsed']);
export type Evidence = z.infer<typeof evidenceSchema>;

/** A reading that is missing, with its reason: never 0 and never absent. */
export const unavailableSchema = z.strictObject({ unavailable: z.string().min(1) });
export type Unavailable = z.infer<typeof unavailableSchema>;

/** A value, or why there is none: the schema of a `Reading`. */
export function reading<T extends z.ZodType>(value: T) {
  return z.union([value, unavailableSchema]);
}

/** Bytes: a whole number that JSON and doubles hold exactly. */
export const bytesSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export const secondsSchema = z.number().nonnegative();
