import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatSeconds } from '../../src-main/contract/format.js';
import type { Rehearsal } from '../../src-main/contract/rehearsal.js';
import type { Report } from '../../src-main/contract/report.js';
import { Section } from './bits.js';
import { Attempts } from './rehearsal-attempts.js';
import { ComparedTable } from './rehearsal-compared.js';
import { DevicesTable } from './rehearsal-devices.js';
import { HeldTable } from './rehearsal-held.js';
import { UnheldDevices } from './rehearsal-unheld.js';
import { UpstreamPart } from './rehearsal-upstream.js';
import {
  comparedFigures,
  endSentence,
  graphLine,
  lastAttempt,
  provesLines,
  rehearsalWords,
  rehearsedIn,
  rehearsingCommand,
} from './rehearsal-words.js';
import { useSay } from './say.js';
import { Status } from './status.js';

/** The recommended step held once at full depth: how that ended, against what was expected, and what it proves. */
export function RehearsalSection({ report }: { report: Report }) {
  const { rehearsal } = report;
  if (isUnavailable(rehearsal)) return <NotRehearsed report={report} reason={rehearsal.unavailable} />;
  return (
    <Section
      id="rehearsal"
      title="Rehearsal"
      aside={`rehearsed in ${rehearsedIn(rehearsal)}, on ${rehearsal.provider}, in ${formatSeconds(rehearsal.wallSeconds)}`}
    >
      <RehearsalBody rehearsal={rehearsal} buckets={report.target.buckets.length} />
    </Section>
  );
}

function NotRehearsed({ report, reason }: { report: Report; reason: string }) {
  const say = useSay();
  const command = rehearsingCommand(report);
  return (
    <Section id="rehearsal" title="Rehearsal">
      <p className="quiet lead">
        {say(`Not rehearsed: ${reason}.`)} {command !== null && say('This command rehearses it:')}
      </p>
      {command !== null && <pre>{command}</pre>}
    </Section>
  );
}

function RehearsalBody({ rehearsal, buckets }: { rehearsal: Rehearsal; buckets: number }) {
  const say = useSay();
  const attempt = lastAttempt(rehearsal);
  return (
    <>
      <p className="lead">
        <Status {...rehearsalWords[attempt.status]} /> {say(endSentence(attempt))}
        <small>{say(`${attempt.bucket}: ${graphLine(attempt)}`)}</small>
      </p>
      <UnheldDevices attempt={attempt} />
      <ComparedTable figures={comparedFigures(attempt)} />
      {!isUnavailable(rehearsal.upstream) && <UpstreamPart upstream={rehearsal.upstream} />}
      <HeldTable attempt={attempt} />
      <DevicesTable attempt={attempt} />
      {rehearsal.attempts.length > 1 && <Attempts attempts={rehearsal.attempts} buckets={buckets} />}
      <h3>{say('What it proves, and what not')}</h3>
      <ul className="rows plain">
        {provesLines(rehearsal).map((text) => (
          <li key={text}>{say(text)}</li>
        ))}
      </ul>
    </>
  );
}
