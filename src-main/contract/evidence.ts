import { z } from 'zod';

/** Where a figure comes from. */
export const evidenceSchema = z.enum(['measured', 'modelled', 'published', 'rehearsed']);
export type Evidence = z.infer<typeof evidenceSchema>;

/** A reading that is missing, with its reason: never 0 and never absent. */
export const unavailableSchema = z.strictObject({ unavailable: z.string().min(1) });
export type Unavailable = z.infer<typeof unavailableSchema>;

/** A value, or why there is none. */
export function reading<T extends z.ZodType>(value: T) {
  return z.union([value, unavailableSchema]);
}
export type Reading<T> = T | Unavailable;

export function unavailable(reason: string): Unavailable {
  return { unavailable: reason };
}

export function isUnavailable(value: unknown): value is Unavailable {
  return typeof value === 'object' && value !== null && 'unavailable' in value;
}

/** The value of a reading, or undefined where it is unavailable. */
export function known<T>(value: Reading<T>): T | undefined {
  return isUnavailable(value) ? undefined : (value as T);
}

/** Bytes: a whole number that JSON and doubles hold exactly. */
export const bytesSchema = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
export const secondsSchema = z.number().nonnegative();
