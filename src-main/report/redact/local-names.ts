import { homedir, hostname, userInfo } from 'node:os';
import type { LocalNames } from './redact.js';

/** The names of this machine and of who is at it. */
export function localNames(): LocalNames {
  return { hosts: [hostname()], users: userNames(), paths: [homedir()] };
}

/** None where the system has no name for this user, as in a container that runs under a bare number. */
function userNames(): string[] {
  try {
    return [userInfo().username];
  } catch {
    return [];
  }
}
