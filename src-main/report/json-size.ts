import { UsageError } from '../contract/usage-error.js';

/** A report nests to 8 and has some 20,000 values where it is large; what reads and renders it is held to these. */
const deepest = 64;
const mostValues = 100_000;

/**
 * Refuses a value that no report is as large as, before anything walks it by recursion.
 *
 * @param name what it is called in the error
 * @throws UsageError
 */
export function checkSize(value: unknown, name: string): void {
  let level = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (depth > deepest) throw new UsageError(`${name} nests deeper than any report`);
    if (values > mostValues) throw new UsageError(`${name} has more values in it than any report`);
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
}
