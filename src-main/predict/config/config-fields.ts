import { UsageError } from '../../contract/usage-error.js';
import { type Entry, isDict, type PythonDict, type PythonValue, placeName, Unknown } from './python-value.js';

/** The entry of a dotted name such as `model.type`; undefined where it is not set. */
export function entryAt(config: PythonDict, path: string): Entry | undefined {
  let entry: Entry | undefined;
  let dict = config;
  for (const key of path.split('.')) {
    entry = dict.get(key);
    if (entry === undefined || entry.value instanceof Unknown) return entry;
    dict = isDict(entry.value) ? entry.value : new Map();
  }
  return entry;
}

/** A value that is needed. @throws UsageError where only running the file would tell. */
export function valueAt(config: PythonDict, path: string): PythonValue | undefined {
  const entry = entryAt(config, path);
  return entry === undefined ? undefined : known(entry, path);
}

/** @throws UsageError naming key, file and line. */
export function known({ value, place }: Entry, path: string): PythonValue {
  if (!(value instanceof Unknown)) return value;
  throw new UsageError(
    `${placeName(place)}: ${path} is needed, and "${value.what}" is not read without running it; write the value itself`,
  );
}

/** A whole number; undefined where it is not set or None. @throws UsageError */
export function wholeAt(config: PythonDict, path: string, least = 0): number | undefined {
  const value = valueAt(config, path) ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  throw wrong(config, path, `a whole number from ${least}`);
}

/** @throws UsageError */
export function textAt(config: PythonDict, path: string): string | undefined {
  const value = valueAt(config, path) ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(config, path, 'a text');
}

/** @throws UsageError */
export function switchAt(config: PythonDict, path: string): boolean | undefined {
  const value = valueAt(config, path) ?? undefined;
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrong(config, path, 'True or False');
}

/** Two whole numbers. @throws UsageError */
export function pairAt(config: PythonDict, path: string, least: number): [number, number] | undefined {
  const value = valueAt(config, path) ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length === 2) {
    const [one, other] = value;
    const whole = (part: PythonValue | undefined): part is number =>
      typeof part === 'number' && Number.isSafeInteger(part) && part >= least;
    if (whole(one) && whole(other)) return [one, other];
    if (one === null && other === null) return undefined;
  }
  throw wrong(config, path, `two whole numbers from ${least}`);
}

/** One line for a value of the wrong kind. */
export function wrong(config: PythonDict, path: string, right: string): UsageError {
  const entry = entryAt(config, path);
  const at = entry === undefined ? '' : `${placeName(entry.place)}: `;
  return new UsageError(`${at}${path} must be ${right}, not ${shown(entry?.value ?? null)}`);
}

/** A value as Python would write it, short. */
export function shown(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (value instanceof Unknown) return value.what;
  if (isDict(value)) return 'a dict';
  return Array.isArray(value) ? `(${value.map(shown).join(', ').slice(0, 40)})` : String(value);
}
