import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatGiB, gib } from '../../src-main/contract/format.js';
import type { Report, Verdict } from '../../src-main/contract/report.js';
import { MemoryBar } from '../charts/memory-bar.js';
import { Facts, Section } from './bits.js';
import { leftOver, worstBucket } from './figures.js';
import { FootRow, PartsTable } from './parts-table.js';
import { useSay } from './say.js';
import { phaseWords } from './words.js';

/** The predicted peak as a sum of named parts, held against what is free. */
export function MemorySection({ report }: { report: Report }) {
  const say = useSay();
  const { prediction, verdict, judgedGpu } = report;
  if (isUnavailable(prediction)) {
    return (
      <Section id="memory" title="Memory on each GPU">
        <p className="quiet">{say(`Not predicted: ${prediction.unavailable}.`)}</p>
      </Section>
    );
  }
  const free = known(verdict.freeBytes) ?? null;
  const peak = prediction.peakBytesPerGpu;
  const [low, high] = prediction.interval.peakBytes;
  return (
    <Section
      id="memory"
      title="Memory on each GPU at its peak, GiB"
      aside={judgedGpu ? `judged for ${judgedGpu.name} (${judgedGpu.source})` : undefined}
    >
      <p className="quiet lead">
        {say('The peak comes in this phase:')} <b>{say(phaseWords[prediction.phase].toLowerCase())}</b>
        {prediction.buckets.length > 1 && (
          <>
            {say(', of the bucket')} <b>{say(worstBucket(prediction).label)}</b>
          </>
        )}
        {say('.')}
      </p>
      <MemoryBar
        parts={prediction.parts}
        freeBytes={free}
        reserveBytes={verdict.reserveBytes}
        interval={prediction.interval.peakBytes}
      />
      <PartsTable
        unit="GiB"
        rows={prediction.parts.map((part) => ({ ...part, value: part.bytes }))}
        format={(bytes) => gib(bytes, 2)}
        whole={peak}
      >
        <FootRow
          name="Predicted peak"
          note={`between ${gib(low, 2)} and ${gib(high, 2)}`}
          figure={gib(peak, 2)}
          share="100.0 %"
          total
        />
        <Margin free={free} verdict={verdict} left={leftOver(report, [low, high])} />
      </PartsTable>
      {prediction.savedCheckpointBytes !== null && (
        <Facts facts={[['One saved checkpoint on disk', formatGiB(prediction.savedCheckpointBytes)]]} />
      )}
    </Section>
  );
}

/** A go needs the interval's top, not its middle, to fit, so the margin is counted from there. */
function Margin(props: { free: number | null; verdict: Verdict; left: number | null }) {
  const { free, verdict, left } = props;
  const say = useSay();
  if (free === null || left === null) {
    return (
      <tr>
        <th scope="row">{say('Free memory')}</th>
        <td colSpan={3}>
          <span className="missing">
            – <small>{say(!isUnavailable(verdict.freeBytes) ? '' : verdict.freeBytes.unavailable)}</small>
          </span>
        </td>
      </tr>
    );
  }
  return (
    <FootRow
      name={left < 0 ? 'Too little by' : 'Left over'}
      note={`${gib(free, 2)} free, less ${gib(verdict.reserveBytes, 2)} kept back, less the interval’s top`}
      figure={gib(Math.abs(left), 2)}
      share=""
      bad={left < 0}
    />
  );
}
