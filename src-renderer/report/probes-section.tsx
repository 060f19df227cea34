import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { formatCount, formatPercent, formatSeconds, gib } from '../../src-main/contract/format.js';
import type { Probe, ProbeMemory } from '../../src-main/contract/probe.js';
import { EvidenceTag, Section, WideTable } from './bits.js';
import type { Series } from './series.js';
import { Status } from './status.js';
import { probeWords } from './words.js';

const memoryColumns: [key: keyof ProbeMemory, name: string][] = [
  ['liveBytes', 'live'],
  ['inUseBytes', 'in use'],
  ['heldBytes', 'held'],
  ['deviceBytes', 'device'],
  ['savedForBackwardBytes', 'saved'],
];

/** All that was measured, a row for each probe. */
export function ProbesSection({ series }: { series: Series[] }) {
  const reasons = missingReasons(series);
  const groups = series.map((each) => (
    <tbody key={each.key}>
      <tr className="group">
        <th scope="rowgroup" colSpan={14}>
          {each.name} <small>{each.detail}</small>
        </th>
      </tr>
      {each.probes.map((probe, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a point may come twice
        <ProbeRow key={index} probe={probe} reasons={reasons} />
      ))}
    </tbody>
  ));
  return (
    <Section id="probes" title="Probes" aside="one block in a process of its own; memory in GiB">
      {series.length === 0 ? (
        <p className="quiet">No probe ended.</p>
      ) : (
        <WideTable label="Probes">
          <table className="dense">
            <ProbeHead />
            {groups}
          </table>
        </WideTable>
      )}
      <FootnoteList reasons={reasons} />
    </Section>
  );
}

function ProbeHead() {
  return (
    <thead>
      <tr>
        <td colSpan={4} />
        <th scope="colgroup" colSpan={5} className="span">
          Memory, GiB
        </th>
        <th scope="colgroup" colSpan={2} className="span">
          Time
        </th>
        <th scope="colgroup" colSpan={2} className="span">
          Rate
        </th>
        <td />
      </tr>
      <tr>
        {['batch', 'frames', 'tokens'].map((name) => (
          <th scope="col" className="figure" key={name}>
            {name}
          </th>
        ))}
        <th scope="col">status</th>
        {[...memoryColumns.map(([, name]) => name), 'median', '± spread', 'tokens/s', 'TFLOP/s'].map(
          (name) => (
            <th scope="col" className="figure" key={name}>
              {name}
            </th>
          ),
        )}
        <th scope="col">off provider</th>
      </tr>
    </thead>
  );
}

const figures: ((value: number) => string)[] = [
  ...memoryColumns.map(() => (bytes: number) => gib(bytes, 2)),
  formatSeconds,
  formatPercent,
  formatCount,
  (tflops) => tflops.toFixed(tflops < 10 ? 2 : 0),
];

function ProbeRow({ probe, reasons }: { probe: Probe; reasons: string[] }) {
  const { point } = probe;
  const { short, word, mark } = probeWords[probe.status];
  return (
    <tr>
      <td className="figure">{point.batch}</td>
      <td className="figure">{point.frames}</td>
      <td className="figure">{formatCount(point.tokens)}</td>
      <td className="nowrap">
        <Status mark={mark} word={word.length > 9 ? short : word} />
        {probe.evidence !== 'measured' && <EvidenceTag evidence={probe.evidence} />}
      </td>
      {readingsOf(probe).map((reading, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed
        <td className="figure" key={column}>
          {isUnavailable(reading) ? (
            <Missing number={reasons.indexOf(reading.unavailable) + 1} />
          ) : (
            figures[column]!(reading)
          )}
        </td>
      ))}
      <td>{probe.nodesOffProvider.length > 0 ? probe.nodesOffProvider.join(', ') : 'none'}</td>
    </tr>
  );
}

/** Why readings are missing, each reason once: a dense table names them below itself, by number. */
function missingReasons(series: Series[]): string[] {
  const readings = series.flatMap(({ probes }) => probes.flatMap(readingsOf));
  return [...new Set(readings.flatMap((reading) => (isUnavailable(reading) ? [reading.unavailable] : [])))];
}

/** The readings of a row, in the order of its columns. */
function readingsOf({ memory, time, tokensPerSecond, tflops }: Probe): Reading<number>[] {
  return [
    ...memoryColumns.map(([key]) => (isUnavailable(memory) ? memory : memory[key])),
    isUnavailable(time) ? time : time.medianSeconds,
    isUnavailable(time) ? time : time.spread,
    tokensPerSecond,
    tflops,
  ];
}

function Missing({ number }: { number: number }) {
  return (
    <span className="missing">
      –<sup>{number}</sup>
    </span>
  );
}

function FootnoteList({ reasons }: { reasons: string[] }) {
  if (reasons.length === 0) return null;
  return (
    <ol className="footnotes">
      {reasons.map((reason) => (
        <li key={reason}>{reason}</li>
      ))}
    </ol>
  );
}
