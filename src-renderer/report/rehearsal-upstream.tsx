import { formatGiB, formatSeconds } from '../../src-main/contract/format.js';
import type { UpstreamRehearsal } from '../../src-main/contract/rehearsal.js';
import { Facts, Value } from './bits.js';
import { ComparedTable } from './rehearsal-compared.js';
import { comparedUpstream, rehearsalWords, upstreamSentence } from './rehearsal-words.js';
import { useSay } from './say.js';
import { Status } from './status.js';

/** Steps of Open-Sora's own code. */
export function UpstreamPart({ upstream }: { upstream: UpstreamRehearsal }) {
  const say = useSay();
  const { status, cause, stepSeconds, peakReservedBytes, torch, commit, command } = upstream;
  const [first, ...later] = stepSeconds;
  return (
    <>
      <h3>{say('Open-Sora’s own code')}</h3>
      <p className="lead">
        <Status {...rehearsalWords[status]} /> {say(upstreamSentence(upstream))}
        <small>{say(cause || upstream.bucket)}</small>
      </p>
      <ComparedTable figures={comparedUpstream(upstream)} />
      <Facts
        facts={[
          [
            'Reserved by PyTorch',
            <Value key="reserved" of={peakReservedBytes}>
              {formatGiB}
            </Value>,
          ],
          ['First step', first === undefined ? 'none' : formatSeconds(first)],
          ['Steps after it', later.length === 0 ? 'none' : later.map(formatSeconds).join(', ')],
          [
            'PyTorch',
            <Value key="torch" of={torch}>
              {(text) => text}
            </Value>,
          ],
          [
            'Commit of the checkout',
            <Value key="commit" of={commit}>
              {(text) => text}
            </Value>,
          ],
        ]}
      />
      <h3>{say('How it was started')}</h3>
      <pre>{command}</pre>
    </>
  );
}
