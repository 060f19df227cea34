import { z } from 'zod';
import { closestNames } from '../../../models/catalog/closest.js';
import { type Target, targetSchema } from '../../contract/target.js';
import { type TargetFlags, targetFlagsSchema } from '../../contract/target-flags.js';
import { UsageError } from '../../contract/usage-error.js';

/** What a saved JSON file says of a run. */
export type SavedJson = { kind: 'target'; target: Target } | { kind: 'flags'; flags: Partial<TargetFlags> };

/**
 * A saved target, an object of target flags, or a Preflight report, whose target is taken.
 * @throws UsageError in one line.
 */
export function readSavedJson(text: string, file: string): SavedJson {
  const value = parse(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(
      `${file}: a saved target is an object, such as {"model": "v1.2", "task": "train", …}`,
    );
  const saved =
    'kind' in value && value.kind === 'preflight-report' && 'target' in value ? value.target : value;
  if (typeof saved === 'object' && saved !== null && 'buckets' in saved)
    return { kind: 'target', target: target(saved, file) };
  return { kind: 'flags', flags: flags(value, file) };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    for (const { 0: found, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[+-]?\b(?:NaN|Infinity)\b/g)) {
      if (found.startsWith('"')) continue;
      throw new UsageError(
        `${file} ${position(text, index)}: ${found} is no number of JSON; write the number itself`,
      );
    }
    const offset = /position (\d+)/.exec((error as Error).message)?.[1];
    const where = offset === undefined ? '' : ` ${position(text, Number(offset))}`;
    const why = (error as Error).message.replace(/\s+/g, ' ').slice(0, 120);
    throw new UsageError(`${file}${where}: that is no whole JSON (${why}), and no .py config by its name`);
  }
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length} column ${before.at(-1)!.length + 1}`;
}

function target(value: object, file: string): Target {
  const parsed = z.strictObject({ ...targetSchema.shape }).safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error, value, Object.keys(targetSchema.shape), file);
}

function flags(value: object, file: string): Partial<TargetFlags> {
  const parsed = z.strictObject(targetFlagsSchema.shape).partial().safeParse(value);
  // zod has made every field `… | undefined`; JSON has no undefined.
  if (parsed.success) return parsed.data as Partial<TargetFlags>;
  throw invalid(parsed.error, value, Object.keys(targetFlagsSchema.shape), file);
}

function invalid(error: z.ZodError, value: object, names: string[], file: string): UsageError {
  const issue = error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!;
    const [near] = closestNames(unknown, names, 1);
    return new UsageError(`${file}: unknown field "${unknown.slice(0, 60)}"; did you mean ${near}?`);
  }
  const at = issue.path.join('.');
  const found = issue.path.reduce<unknown>(
    (inside, key) => (typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined),
    value,
  );
  const shown = found === undefined ? 'is missing' : `cannot be ${JSON.stringify(found).slice(0, 60)}`;
  return new UsageError(`${file}: ${at} ${shown} (${issue.message.replace(/\s+/g, ' ')})`);
}
