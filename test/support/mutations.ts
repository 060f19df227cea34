/** A file that was spoiled: what was done to it, and its bytes. */
export interface Mutation {
  /** Kind and number, by which the same one is made again. */
  name: string;
  bytes: Buffer;
}

/** What a script would need to come alive in a page, in Markdown or in a terminal. */
export const liveText =
  '</template></style><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[2J`javascript:alert(3)`|\n# x';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A place to spoil, and the means to choose. */
interface Draft {
  value: Json;
  text: string;
  path: Path;
  pick<T>(of: readonly T[]): T;
  random(): number;
}

const numbers = [-1, 0, 0.5, 1e-320, 1e9, 2 ** 53, 1e308, -1e308];
const literals = ['NaN', 'Infinity', '1e999', '-1e999', 'undefined', '0x10', "'x'", '0'.repeat(400)];
const others: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  '',
  'x',
  [],
  {},
  [[]],
  { unavailable: '' },
  { unavailable: 'x' },
];
const strings = [
  liveText,
  '\ud800',
  '\u0000',
  '\u202e',
  '__proto__',
  'a'.repeat(1e5),
  '/'.repeat(1e5),
  '\n'.repeat(1e4),
];

/** Ways to spoil a document of JSON. */
const kinds: Readonly<Record<string, (draft: Draft) => string | Buffer>> = {
  truncated: ({ text, random }) => text.slice(0, Math.floor(random() * text.length)),
  flipped: ({ text, random }) => {
    const bytes = Buffer.from(text);
    const at = Math.floor(random() * bytes.length);
    bytes[at] = bytes[at]! ^ (1 << Math.floor(random() * 8));
    return bytes;
  },
  noise: ({ text, random }) => {
    const bytes = Buffer.from(text);
    const at = Math.floor(random() * bytes.length);
    for (let index = at; index < Math.min(bytes.length, at + 16); index += 1)
      bytes[index] = Math.floor(random() * 256);
    return bytes;
  },
  'other type': ({ value, path, pick }) => written(replaced(value, path, () => pick(others))),
  number: ({ value, path, pick }) => written(replaced(value, path, () => pick(numbers))),
  literal: ({ value, path, pick }) =>
    written(replaced(value, path, () => '@literal@')).replace('"@literal@"', pick(literals)),
  text: ({ value, path, pick }) => written(replaced(value, path, () => pick(strings))),
  'live text': ({ value }) => written(everyString(value)),
  'live text in one': ({ value, path }) =>
    written(replaced(value, path, (old) => (typeof old === 'string' ? `${old}${liveText}` : liveText))),
  'deep nesting': ({ value, path, pick }) => {
    const depth = pick([70, 5000, 200_000]);
    return written(replaced(value, path, () => '@deep@')).replace(
      '"@deep@"',
      `${'[{"a":'.repeat(depth)}0${'}]'.repeat(depth)}`,
    );
  },
  'many values': ({ value, path, pick }) => {
    const list = new Array<Json>(pick([2000, 150_000])).fill(pick(['', 0, {}]) as Json);
    return written(
      replaced(value, path.slice(0, -1), (old) => (Array.isArray(old) ? [...old, ...list] : list)),
    );
  },
  prototype: ({ value, path, pick }) => {
    const key = pick(['__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'hasOwnProperty']);
    const holder = replaced(value, path.slice(0, -1), (old) =>
      Array.isArray(old) ? [...old, '@key@'] : { ...(old as object), '@key@': { polluted: liveText } },
    );
    return written(holder).replace('"@key@":', `${JSON.stringify(key)}:`);
  },
  'lost key': ({ value, path }) => written(replaced(value, path, () => undefined)),
  'doubled list': ({ value, path }) =>
    written(replaced(value, path.slice(0, -1), (old) => (Array.isArray(old) ? [...old, ...old] : old))),
  'wrong kind': ({ value, pick }) =>
    written({ ...(value as object), kind: pick(['preflight-baseline', 'preflight-run', '', liveText]) }),
  'other version': ({ value, pick }) =>
    written({ ...(value as object), schemaVersion: pick<Json>([0, 1, 3, 7, 1e9, -1, 1.5, '2', null]) }),
  'in a page': ({ value, random }) => {
    const page = `<!doctype html><template id="preflight-report">${written(value)}</template>`;
    return page.slice(Math.floor(random() * 60), page.length - Math.floor(random() * 60));
  },
  'nothing of ours': ({ pick }) =>
    pick([
      '',
      ' ',
      '[]',
      '{}',
      'null',
      '0',
      '"x"',
      '<',
      '<!doctype html>',
      '\ufeff',
      '\0'.repeat(1000),
      liveText,
    ]),
};

/**
 * So many spoiled versions of a document, each kind in turn; the same ones for the same seed.
 *
 * @param document a valid report, baseline or the like
 */
export function* mutationsOf(document: object, count: number, seed = 1): Generator<Mutation> {
  const value = JSON.parse(JSON.stringify(document)) as Json;
  const text = JSON.stringify(value);
  const paths = leafPaths(value);
  const random = randomOf(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const names = Object.keys(kinds);
  for (let index = 0; index < count; index += 1) {
    const name = names[index % names.length]!;
    const made = kinds[name]!({ value, text, path: pick(paths), pick, random });
    yield { name: `${name} ${index}`, bytes: typeof made === 'string' ? Buffer.from(made) : made };
  }
}

const written = (value: Json | object | undefined) => JSON.stringify(value ?? null);

function leafPaths(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return children.flatMap(([key, child]) => leafPaths(child, [...path, key]));
}

/** A copy with another value at a path; undefined takes it away. */
function replaced(value: Json, path: Path, change: (old: Json) => unknown): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value) as Json;
  if (Array.isArray(value))
    return value.map((child, index) => (index === key ? replaced(child, rest, change) : child));
  const record = value as Record<string, Json>;
  return { ...record, [key]: replaced(record[key]!, rest, change) };
}

/** With live text behind every string that is no word of the format. */
function everyString(value: Json): Json {
  if (typeof value === 'string')
    return /^[\w.-]+$/.test(value) || /^\d{4}-/.test(value) ? value : `${value}${liveText}`;
  if (Array.isArray(value)) return value.map(everyString);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, everyString(child)]));
}
