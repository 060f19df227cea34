import { closestNames } from '../../models/catalog/closest.js';
import { UsageError } from '../contract/usage-error.js';

/**
 * A whole number of a flag, or undefined where it was not given.
 * @throws UsageError where it is none, or outside `least` to `most`.
 */
export function wholeNumber(
  flag: string,
  given: string | number | undefined,
  { least = 1, most }: { least?: number; most: number },
): number | undefined {
  if (given === undefined) return undefined;
  const value = typeof given === 'number' ? given : parsed(given);
  if (!Number.isInteger(value)) {
    throw new UsageError(`${flag} must be a whole number from ${least}, not "${given}"`);
  }
  if (value < least) throw new UsageError(`${flag} must be at least ${least}, not ${value}`);
  if (value > most) {
    throw new UsageError(`${flag} ${value} is more than any machine can take; at most ${most} is answered`);
  }
  return value;
}

/** Plain digits, or an exponent as in `1e9`; not `0x10`, not an empty text. */
function parsed(text: string): number {
  return /^[+-]?\d+(\.\d+)?(e\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}

/** One of the names that a flag takes, in any case. @throws UsageError with the nearest and all of them. */
export function oneOf<T extends string>(flag: string, given: string, names: readonly T[]): T {
  const found = names.find((name) => name === given.trim().toLowerCase());
  if (found !== undefined) return found;
  const [near] = closestNames(given, names, 1);
  throw new UsageError(
    `unknown ${flag} "${given}"; did you mean ${near}? Right would be ${names.join(', ')}`,
  );
}
