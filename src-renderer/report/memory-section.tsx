import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatGiB, formatPercent, gib } from '../../src-main/contract/format.js';
import type { Prediction, Report, Verdict } from '../../src-main/contract/report.js';
import { MemoryBar } from '../charts/memory-bar.js';
import { letterOf, tintOf } from '../charts/scale.js';
import { EvidenceTag, Facts, Section } from './bits.js';
import { leftOver, worstBucket } from './figures.js';
import { phaseWords } from './words.js';

/** The predicted peak as a sum of named parts, held against what is free. */
export function MemorySection({ report }: { report: Report }) {
  const { prediction, verdict, judgedGpu } = report;
  if (isUnavailable(prediction)) {
    return (
      <Section id="memory" title="Memory on each GPU">
        <p className="quiet">Not predicted: {prediction.unavailable}.</p>
      </Section>
    );
  }
  const free = known(verdict.freeBytes) ?? null;
  return (
    <Section
      id="memory"
      title="Memory on each GPU at its peak, GiB"
      aside={judgedGpu ? `judged for ${judgedGpu.name} (${judgedGpu.source})` : undefined}
    >
      <p className="quiet lead">
        The peak comes in this phase: <b>{phaseWords[prediction.phase].toLowerCase()}</b>
        {prediction.buckets.length > 1 && (
          <>
            , of the bucket <b>{worstBucket(prediction).label}</b>
          </>
        )}
        .
      </p>
      <MemoryBar
        parts={prediction.parts}
        freeBytes={free}
        reserveBytes={verdict.reserveBytes}
        interval={prediction.interval.peakBytes}
      />
      <PartsTable
        prediction={prediction}
        verdict={verdict}
        free={free}
        left={leftOver(report, prediction.interval.peakBytes)}
      />
      {prediction.savedCheckpointBytes !== null && (
        <Facts facts={[['One saved checkpoint on disk', formatGiB(prediction.savedCheckpointBytes)]]} />
      )}
    </Section>
  );
}

function PartsTable(props: {
  prediction: Prediction;
  verdict: Verdict;
  free: number | null;
  left: number | null;
}) {
  const { prediction, verdict, free, left } = props;
  const peak = prediction.peakBytesPerGpu;
  const [low, high] = prediction.interval.peakBytes;
  return (
    <table className="parts">
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col">Where from</th>
          <th scope="col" className="figure">
            GiB
          </th>
          <th scope="col" className="figure share">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {prediction.parts.map((part, index) => (
          <tr key={part.id}>
            <th scope="row">
              <span className={`swatch ${tintOf(index)}`}>{letterOf(index)}</span> {part.name}
            </th>
            <td>
              <EvidenceTag evidence={part.evidence} /> <small>{part.note}</small>
            </td>
            <td className="figure">{gib(part.bytes, 2)}</td>
            <td className="figure share">{formatPercent(part.bytes / (peak || 1), 1)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr className="total">
          <th scope="row">Predicted peak</th>
          <td>
            <small>
              between {gib(low, 2)} and {gib(high, 2)}
            </small>
          </td>
          <td className="figure">{gib(peak, 2)}</td>
          <td className="figure share">100.0 %</td>
        </tr>
        <Margin free={free} verdict={verdict} left={left} />
      </tfoot>
    </table>
  );
}

/** A go needs the interval's top, not its middle, to fit, so the margin is counted from there. */
function Margin(props: { free: number | null; verdict: Verdict; left: number | null }) {
  const { free, verdict, left } = props;
  if (free === null || left === null) {
    return (
      <tr>
        <th scope="row">Free memory</th>
        <td colSpan={3}>
          <span className="missing">
            – <small>{!isUnavailable(verdict.freeBytes) ? '' : verdict.freeBytes.unavailable}</small>
          </span>
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <th scope="row">{left < 0 ? 'Too little by' : 'Left over'}</th>
      <td>
        <small>
          {gib(free, 2)} free, less {gib(verdict.reserveBytes, 2)} kept back, less the interval’s top
        </small>
      </td>
      <td className={`figure ${left < 0 ? 'bad' : ''}`}>{gib(Math.abs(left), 2)}</td>
      <td className="share" />
    </tr>
  );
}
