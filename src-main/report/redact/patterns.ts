import type { SecretKind } from './fields.js';

/** What a path may not hold where it stands in a sentence without quotes. */
const inPath = '[^\\s\'"`,;:()<>|\\]]';

/**
 * Secrets by their form, for those that no field names. A web address comes first and stays: it is no path. `/dev/shm`
 * tells nothing of anybody.
 */
const forms: readonly (readonly [SecretKind | 'keep', string])[] = [
  ['keep', 'https?://\\S+'],
  ['keep', `(?<![\\w/.])/dev/shm(?!${inPath})`],
  // Who held a GPU when a rehearsal wanted it: `held by train.py (pid 4242) 61.2 GiB, …`.
  ['process', '(?<=held by |GiB, )[^,;]{1,255}?(?= \\(pid \\d+\\))'],
  ['path', `file:/+${inPath}+`],
  ['path', `'(?:~|\\.{0,2})/[^'\\n]+'|"(?:~|\\.{0,2})/[^"\\n]+"`],
  ['path', `(?<![\\w>/.~-])(?:~|\\.{1,2})?/${inPath}+`],
  // Before it may stand a letter, as in -I/home/…
  ['path', `/(?:home|Users|root|mnt|scratch|data)/${inPath}+`],
  ['path', `(?<![A-Za-z0-9])[A-Za-z]:[\\\\/]${inPath}*`],
  ['path', `\\\\\\\\${inPath}+`],
  ['mig-uuid', 'MIG-(?:GPU-)?[0-9a-f]{4,8}(?:-[0-9a-f]+)*(?:/\\d+/\\d+)?'],
  ['gpu-uuid', 'GPU-[0-9a-f]{4,8}(?:-[0-9a-f]+)*'],
  ['uuid', '(?<![0-9A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Fa-f])'],
  [
    'mac',
    '(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])|(?<![0-9A-Fa-f:-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f-])',
  ],
  ['pci', '(?<![0-9A-Fa-f])[0-9A-Fa-f]{4,8}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\\.[0-7](?![0-9A-Fa-f])'],
  ['serial', '(?<=\\bserial(?: number| no\\.?)?[ :=#]{1,3})[A-Za-z0-9][A-Za-z0-9-]{4,}'],
];

const kinds = forms.map(([kind]) => kind);
const anyForm = new RegExp(forms.map(([, form]) => `(${form})`).join('|'), 'g');

/** A text with all that looks like a secret replaced. */
export function replaceForms(text: string, standIn: (kind: SecretKind, secret: string) => string): string {
  return text.replace(anyForm, (found, ...groups) => {
    const kind = kinds[groups.findIndex((group, index) => index < kinds.length && group !== undefined)]!;
    if (kind === 'keep') return found;
    if (kind !== 'path') return standIn(kind, found);
    const quote = /^['"]/.exec(found)?.[0] ?? '';
    // A sentence's own full stop is no part of a path.
    const path = quote === '' ? found.replace(/[.!?]+$/, '') : found.slice(1, -1);
    return `${quote}${standIn('path', path)}${quote === '' ? found.slice(path.length) : quote}`;
  });
}

/** People whose home or scratch folder a text names. */
export function usersIn(text: string): string[] {
  const homes = text.matchAll(/[\\/](?:home|Users|scratch)[\\/]+([^\s'"`,;:()<>|\]\\/]+)/g);
  return [...homes].map(([, user]) => user!.replace(/[.!?]+$/, '')).filter((user) => user !== '');
}
