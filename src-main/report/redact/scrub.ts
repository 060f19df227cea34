import { UsageError } from '../../contract/usage-error.js';
import type { SecretKind } from './fields.js';
import { replaceForms } from './patterns.js';
import type { StandIns } from './stand-ins.js';

/** A secret that is known, to be looked for in every text. */
export interface Secret {
  kind: SecretKind;
  text: string;
  /** What it is another spelling of: the two have one stand-in. */
  of?: string;
}

/**
 * Programs, hosts and users by whose name nobody is known; most are words of our own sentences, of systems or of figures as
 * well, which would be made wrong.
 */
const common = new RegExp(
  `^(${[
    'python[\\d.]*|node|java|bash|sh|ssh|sudo|Xorg|Xwayland|gnome-shell|chrome|firefox|systemd|preflight|opensora',
    'root|admin|user|ubuntu|debian|fedora|centos|rocky|almalinux|ec2-user|localhost|server',
    'gpu|cpu|cuda|nvidia|amd|intel|xeon|epyc|ryzen|linux|.|\\d{1,3}',
  ].join('|')})$`,
  'iu',
);

/** The longest path of Linux. What is longer is replaced where a field has it, and is no name that a text would repeat. */
const longest = 4096;
/** Above any machine's. */
const mostSecrets = 5000;

const word = /[\p{L}\p{N}]+/gu;
const isWord = /^[\p{L}\p{N}]/u;

/** A secret as it is looked for: by its first word, which stands `lead` characters from its beginning. */
interface Sought extends Secret {
  lower: string;
  lead: number;
}

/**
 * Replaces known secrets wherever they stand as words of their own, then what has the form of one.
 * @throws UsageError where there are more of them than can be looked for
 */
export function scrubber(secrets: readonly Secret[], standIns: StandIns): (text: string) => string {
  const byWord = indexed(secrets);
  const standIn = (kind: SecretKind, text: string) =>
    kind === 'process' && common.test(text) ? text : standIns.of(kind, text);
  return (text) => replaceForms(replaceKnown(text, byWord, standIns), standIn);
}

/** By their first word, the longest first. */
function indexed(secrets: readonly Secret[]): ReadonlyMap<string, Sought[]> {
  const known = new Map<string, Secret>();
  for (const secret of secrets)
    if (secret.text.length <= longest && !common.test(secret.text))
      known.set(secret.text.toLowerCase(), secret);
  if (known.size > mostSecrets)
    throw new UsageError('the report names more processes, paths and devices than any machine has');
  const byWord = new Map<string, Sought[]>();
  for (const [lower, secret] of [...known].sort(([a], [b]) => b.length - a.length)) {
    const first = lower.match(word)?.[0];
    if (first === undefined) continue;
    const sought = { ...secret, lower, lead: lower.indexOf(first) };
    byWord.set(first, [...(byWord.get(first) ?? []), sought]);
  }
  return byWord;
}

function replaceKnown(text: string, byWord: ReadonlyMap<string, Sought[]>, standIns: StandIns): string {
  const lowered = text.toLowerCase();
  // A few letters get longer, and then no place in the one is a place in the other.
  const lower = lowered.length === text.length ? lowered : text;
  const parts: string[] = [];
  let done = 0;
  for (const { 0: found, index } of lower.matchAll(word)) {
    if (index < done) continue;
    const secret = byWord
      .get(found)
      ?.find((sought) => standsAt(sought, text, lower, index - sought.lead, done));
    if (secret === undefined) continue;
    parts.push(text.slice(done, index - secret.lead), standIns.of(secret.kind, secret.of ?? secret.text));
    done = index - secret.lead + secret.lower.length;
  }
  return parts.length === 0 ? text : `${parts.join('')}${text.slice(done)}`;
}

/** A path may begin behind a letter, as in `-I/home/…`; nothing ends within a word. */
function standsAt(secret: Sought, text: string, lower: string, start: number, done: number): boolean {
  const end = start + secret.lower.length;
  if (start < done || !lower.startsWith(secret.lower, start)) return false;
  if (isWord.test(secret.lower.slice(-1)) && isWord.test(lower.slice(end, end + 2))) return false;
  // The name of a program is one in its own spelling alone: `Train` is another word than `train`.
  return secret.kind !== 'process' || text.slice(start, end) === secret.text;
}
