import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatGiB } from '../../src-main/contract/format.js';
import type { RehearsalAttempt } from '../../src-main/contract/rehearsal.js';
import { UnheldDevices } from './rehearsal-unheld.js';
import { rehearsalWords } from './rehearsal-words.js';
import { useSay } from './say.js';
import { flagsLine } from './setting-words.js';
import { Status } from './status.js';

interface AttemptsProps {
  attempts: readonly RehearsalAttempt[];
  buckets: number;
}

/** The settings that were rehearsed one after the other: after those that ran out of memory come the next best. */
export function Attempts({ attempts, buckets }: AttemptsProps) {
  const say = useSay();
  return (
    <>
      <h3>{say('Settings, in the order in which they were rehearsed')}</h3>
      <ul className="rows plain">
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what an attempt is known by
          <li key={index}>
            <Status {...rehearsalWords[attempt.status]} /> {say(peaksLine(attempt))}
            <small>
              <code>{flagsLine(attempt.settings, buckets)}</code>
            </small>
            {index < attempts.length - 1 && <UnheldDevices attempt={attempt} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function peaksLine({ expected, rehearsed }: RehearsalAttempt): string {
  const peak = isUnavailable(rehearsed.peakBytes) ? 'not known' : formatGiB(rehearsed.peakBytes);
  return `expected peak ${formatGiB(expected.peakBytes)}, rehearsed ${peak}`;
}
