// Without zod at run time: a process that only reads starts in half the time. evidence.ts has the schemas.
import type { Unavailable } from './evidence.js';

/** A value, or why there is none. */
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
