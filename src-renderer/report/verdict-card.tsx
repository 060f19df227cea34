import type { ReactNode } from 'react';
import { isUnavailable, type Reading, type Unavailable } from '../../src-main/contract/evidence.js';
import { formatCount, formatGiB, formatGiBRange, formatSeconds } from '../../src-main/contract/format.js';
import type { Prediction, Report } from '../../src-main/contract/report.js';
import { EvidenceTag } from './bits.js';
import { useSay } from './say.js';
import { Shape } from './status.js';
import {
  cancelledNote,
  editedNote,
  headlineText,
  phaseWords,
  plannedNote,
  runName,
  solvedLine,
  stepName,
  verdictWords,
  weakestEvidence,
} from './words.js';

interface VerdictCardProps {
  report: Report;
  /** What can be done about it, where it is shown by the app. */
  actions?: ReactNode;
}

/** What is read first: the word, the sentence, and the four figures behind it. */
export function VerdictCard({ report, actions }: VerdictCardProps) {
  const say = useSay();
  const { verdict } = report;
  const { word, mark } = verdictWords[verdict.status];
  const edited = editedNote(report);
  const planned = plannedNote(report);
  const cancelled = cancelledNote(report);
  const solved = solvedLine(report);
  return (
    <section className={`verdict ${mark}`} aria-labelledby="verdict">
      <div className="answer">
        {edited && <p className="edited">{say(edited)}</p>}
        <h1 id="verdict" className={`status ${mark}`}>
          <Shape mark={mark} />
          {say(word)}
        </h1>
        <p className="headline">
          <Emphasis text={say(headlineText(verdict))} />
        </p>
        {solved && <p className="solved">{say(solved)}</p>}
        {planned && <p className="note">{say(planned)}</p>}
        {cancelled && <p className="note">{say(cancelled)}</p>}
        {report.state === 'running' && (
          <p className="note">{say('The sweep has not ended: this is what there is so far.')}</p>
        )}
        {actions && <div className="verdict-actions">{actions}</div>}
      </div>
      <KeyFigures report={report} />
    </section>
  );
}

function KeyFigures({ report }: { report: Report }) {
  const say = useSay();
  const { prediction, verdict, target, judgedGpu } = report;
  return (
    <dl className="key-figures">
      <Figure name="Peak on each GPU" of={part(prediction, (known) => known.peakBytesPerGpu)}>
        {(bytes) => (
          <>
            <b>{formatGiB(bytes)}</b>
            {!isUnavailable(prediction) && (
              <>
                <EvidenceTag evidence={weakestEvidence(prediction.parts)} />
                <small>
                  {say(
                    `${formatGiBRange(prediction.interval.peakBytes)}; phase: ${phaseWords[prediction.phase].toLowerCase()}`,
                  )}
                </small>
              </>
            )}
          </>
        )}
      </Figure>
      <Figure name={judgedGpu ? `Free on ${judgedGpu.name}` : 'Free now'} of={verdict.freeBytes}>
        {(bytes) => (
          <>
            <b>{formatGiB(bytes)}</b>
            {!judgedGpu && <EvidenceTag evidence="measured" />}
            {judgedGpu && <small>{say(judgedGpu.source)}</small>}
            {verdict.reserveBytes > 0 && <small>{say(`${formatGiB(verdict.reserveBytes)} kept back`)}</small>}
          </>
        )}
      </Figure>
      <Figure name={stepName(report)} of={part(prediction, (known) => known.secondsPerStep)}>
        {(seconds) => (
          <>
            <b>{say(formatSeconds(seconds))}</b>
            {!isUnavailable(prediction) && <EvidenceTag evidence={prediction.secondsPerStepEvidence} />}
          </>
        )}
      </Figure>
      <Figure name={runName(report)} of={part(prediction, (known) => known.secondsTotal)}>
        {(seconds) => (
          <>
            <b>{say(formatSeconds(seconds))}</b>
            {!isUnavailable(prediction) && (
              <EvidenceTag evidence={weakestEvidence([stepEvidence(prediction), ...prediction.timeParts])} />
            )}
            {target.task === 'infer' && (
              <small>{say(`${formatCount(target.samplingSteps)} denoising steps`)}</small>
            )}
          </>
        )}
      </Figure>
    </dl>
  );
}

function Figure(props: { name: string; of: Reading<number>; children: (value: number) => ReactNode }) {
  const say = useSay();
  return (
    <div>
      <dt>{say(props.name)}</dt>
      <dd>
        {isUnavailable(props.of) ? (
          <span className="missing">
            {say('not known:')} <small>{say(props.of.unavailable)}</small>
          </span>
        ) : (
          props.children(props.of)
        )}
      </dd>
    </div>
  );
}

const stepEvidence = ({ secondsPerStepEvidence: evidence }: Prediction) => ({ evidence });

function part(
  prediction: Report['prediction'],
  read: (known: Prediction) => Reading<number>,
): Reading<number> {
  return isUnavailable(prediction) ? (prediction as Unavailable) : read(prediction);
}

/** Sets off the figures with a unit in a sentence: they are what the eye looks for. */
function Emphasis({ text }: { text: string }) {
  const pieces = text.split(/(\d[\d,.]*(?:–\d[\d,.]*)?\s(?:(?:GiB|ms|s|min|h|days)\b|天))/);
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence, in order; every second is a figure
  return pieces.map((piece, index) => (index % 2 === 1 ? <b key={index}>{piece}</b> : piece));
}
