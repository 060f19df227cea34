import type { RehearsalAttempt } from '../../src-main/contract/rehearsal.js';
import { rehearsalWords, unheldDevices } from './rehearsal-words.js';
import { useSay } from './say.js';
import { Status } from './status.js';

/** Where and why devices did not hold; nothing where all did. */
export function UnheldDevices({ attempt }: { attempt: RehearsalAttempt }) {
  const say = useSay();
  const unheld = unheldDevices(attempt);
  if (unheld.length === 0) return null;
  return (
    <ul className="rows plain">
      {unheld.map(({ names, status, where, cause }) => (
        <li key={names}>
          <Status {...rehearsalWords[status]} /> <b>{say(names)}</b>
          {where !== '' && `, ${say(where)}`}
          <p>{say(cause)}</p>
        </li>
      ))}
    </ul>
  );
}
