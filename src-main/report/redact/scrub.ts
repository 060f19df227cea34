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

/** Programs, hosts and users by whose name nobody is known; some are words of our own sentences as well. */
const common =
  /^(python[\d.]*|node|java|bash|sh|ssh|sudo|root|localhost|Xorg|Xwayland|gnome-shell|chrome|firefox|systemd|preflight)$/;

/** Replaces known secrets wherever they stand as words of their own, then what has the form of one. */
export function scrubber(secrets: readonly Secret[], standIns: StandIns): (text: string) => string {
  const known = new Map<string, Secret>();
  for (const secret of secrets)
    if (secret.text !== '' && !common.test(secret.text)) known.set(secret.text.toLowerCase(), secret);
  const longestFirst = [...known.keys()].sort((a, b) => b.length - a.length);
  const anyKnown = new RegExp(longestFirst.map(asWord).join('|'), 'giu');
  const replaceKnown = (text: string) =>
    text.replace(anyKnown, (found) => {
      const secret = known.get(found.toLowerCase());
      // The name of a program is one in its own spelling alone: `Train` is another word than `train`.
      if (secret === undefined || (secret.kind === 'process' && secret.text !== found)) return found;
      return standIns.of(secret.kind, secret.of ?? secret.text);
    });
  const standIn = (kind: SecretKind, text: string) => standIns.of(kind, text);
  return (text) => replaceForms(known.size === 0 ? text : replaceKnown(text), standIn);
}

/** As a word of its own where it begins or ends as one; a path may stand behind a letter, as in `-I/home/…`. */
function asWord(text: string): string {
  const before = /^[\p{L}\p{N}]/u.test(text) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '';
  return `${before}${text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}${after}`;
}
