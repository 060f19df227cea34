import type { ReactNode } from 'react';
import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatGiB, formatGiBRange, gib } from '../../src-main/contract/format.js';
import type { Phase, Prediction, Report } from '../../src-main/contract/report.js';
import { RangeBar, wholeOf } from '../charts/range-bar.js';
import { Swatch } from '../charts/swatch.js';
import { EvidenceTag, LeftOver, Section, WideTable } from './bits.js';
import { leftOver, partsByPhase } from './figures.js';
import { useSay } from './say.js';
import { phaseWords } from './words.js';

/** Each phase of the run against free memory, and what it holds. With one phase the peak's own table says it all. */
export function PhasesSection({ report }: { report: Report }) {
  const say = useSay();
  const { prediction, verdict } = report;
  if (isUnavailable(prediction) || prediction.phases.length < 2) return null;
  const { phases } = prediction;
  const limit = known(verdict.freeBytes) ?? null;
  const rows = partsByPhase(prediction);
  const whole = wholeOf(
    phases.map(({ range }) => range),
    limit,
  );
  return (
    <Section
      id="phases"
      title="Memory on each GPU by phase, GiB"
      aside={`${limit === null ? '' : `upright line: the ${formatGiB(limit)} free; `}below each bar: its interval`}
    >
      {phases.map((phase, place) => (
        <div className="bar-row" key={phase.id}>
          <span>{say(`${phaseWords[phase.id]}${phase.id === prediction.phase ? ' (peak)' : ''}`)}</span>
          <RangeBar
            values={rows.map(({ bytes }) => bytes[place]!)}
            range={phase.range}
            limit={limit}
            whole={whole}
            label={`${phaseWords[phase.id]}: ${formatGiB(phase.bytes)}. The table below has its parts.`}
          />
        </div>
      ))}
      <WideTable label="Table of phases and their parts">
        <PhaseTable report={report} prediction={prediction} />
      </WideTable>
    </Section>
  );
}

function PhaseTable({ report, prediction }: { report: Report; prediction: Prediction }) {
  const say = useSay();
  const { phases, parts: peakParts } = prediction;
  const row = (name: string, cell: (phase: Phase) => ReactNode, className = '') => (
    <tr className={className}>
      <th scope="row">{say(name)}</th>
      {phases.map((phase) => (
        <td className="figure" key={phase.id}>
          {cell(phase)}
        </td>
      ))}
    </tr>
  );
  return (
    <table className="phases">
      <thead>
        <tr>
          <th scope="col">{say('Held in the phase')}</th>
          {phases.map(({ id }) => (
            <th scope="col" className="figure words" key={id}>
              {say(phaseWords[id])}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {partsByPhase(prediction).map(({ part, bytes }, index) => (
          <tr key={part.id}>
            <th scope="row">
              <Swatch index={index} /> {say(part.name)}
              {!peakParts.some(({ id }) => id === part.id) && (
                <small>
                  <EvidenceTag evidence={part.evidence} /> {say(part.note)}
                </small>
              )}
            </th>
            {phases.map(({ id }, place) => (
              <td className="figure" key={id}>
                {bytes[place] === 0 ? <span className="missing">–</span> : gib(bytes[place]!, 2)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        {row('Together', ({ bytes }) => gib(bytes, 2), 'total')}
        {row('Interval', ({ range }) => formatGiBRange(range).replace(' GiB', ''))}
        {!isUnavailable(report.verdict.freeBytes) &&
          row('Left over at its top', ({ range }) => <LeftOver bytes={leftOver(report, range)} />)}
      </tfoot>
    </table>
  );
}
