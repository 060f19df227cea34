import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { UsageError } from '../contract/usage-error.js';

/** As base64url, which is 43 characters. */
const tokenBytes = 32;
const leastCharacters = 32;

/** What lets a browser in. */
export interface Secrets {
  /** In the printed address; good for whoever has it. */
  token: string;
  /** In the cookie that the token is exchanged for. */
  session: string;
}

/**
 * New secrets, or those of a token that was given, so that open pages outlive a restart.
 * @throws UsageError where the given token is too short to keep anybody out
 */
export function makeSecrets(given: string | undefined): Secrets {
  if (given !== undefined && !new RegExp(`^[\\w-]{${leastCharacters},}$`).test(given))
    throw new UsageError(
      `PREFLIGHT_TOKEN must be ${leastCharacters} letters, digits, - or _ at least, from a random source; leave it out for a new one`,
    );
  const token = given ?? randomBytes(tokenBytes).toString('base64url');
  return { token, session: createHmac('sha256', token).update('session').digest('base64url') };
}

/** Compares in a time that says nothing of where they differ. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
