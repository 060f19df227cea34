import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { formatCount, formatPercent, gib, secondsColumn } from '../../src-main/contract/format.js';
import type { Probe, ProbeMemory } from '../../src-main/contract/probe.js';
import { EvidenceTag, Section, WideTable } from './bits.js';
import type { Series } from './series.js';
import { Status } from './status.js';
import { probeWords } from './words.js';

interface Column {
  name: string;
  read(probe: Probe): Reading<number>;
  format(value: number): string;
}

/** All that was measured, a row for each probe. */
export function ProbesSection({ series }: { series: Series[] }) {
  const probes = series.flatMap((each) => each.probes);
  const columns = columnsFor(probes);
  const reasons = missingReasons(probes, columns);
  return (
    <Section
      id="probes"
      title="Probes"
      aside="each one block in a process of its own; measured unless marked; saved is counted from the graph"
    >
      {probes.length === 0 ? (
        <p className="quiet">No probe ended.</p>
      ) : (
        <WideTable label="Table of probes">
          <table className="dense">
            <ProbeHead columns={columns} />
            {series.map((each) => (
              <tbody key={each.key}>
                <tr className="group">
                  <th scope="rowgroup" colSpan={columns.length + 5}>
                    {each.name} <small>{each.detail}</small>
                  </th>
                </tr>
                {each.probes.map((probe, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a point may come twice
                  <ProbeRow key={index} probe={probe} columns={columns} reasons={reasons} />
                ))}
              </tbody>
            ))}
          </table>
        </WideTable>
      )}
      {reasons.length > 0 && (
        <ol className="footnotes">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function columnsFor(probes: Probe[]): Column[] {
  const medians = probes.flatMap(({ time }) => (isUnavailable(time) ? [] : [time.medianSeconds]));
  const { unit, format } = secondsColumn(medians);
  const memory = (name: string, key: keyof ProbeMemory): Column => ({
    name,
    read: (probe) => (isUnavailable(probe.memory) ? probe.memory : probe.memory[key]),
    format: (bytes) => gib(bytes, 2),
  });
  return [
    memory('live', 'liveBytes'),
    memory('in use', 'inUseBytes'),
    memory('held', 'heldBytes'),
    memory('device', 'deviceBytes'),
    memory('saved', 'savedForBackwardBytes'),
    { name: `median ${unit}`, read: ({ time }) => (isUnavailable(time) ? time : time.medianSeconds), format },
    {
      name: '± spread',
      read: ({ time }) => (isUnavailable(time) ? time : time.spread),
      format: (share) => formatPercent(share, 1),
    },
    { name: 'tokens/s', read: (probe) => probe.tokensPerSecond, format: formatCount },
    { name: 'TFLOP/s', read: (probe) => probe.tflops, format: (rate) => rate.toFixed(rate < 10 ? 2 : 0) },
  ];
}

/** Why single readings are missing, each reason once: a dense table names them below itself, by number. */
function missingReasons(probes: Probe[], columns: Column[]): string[] {
  const readings = probes
    .filter((probe) => !hasNothing(probe))
    .flatMap((probe) => columns.map((each) => each.read(probe)));
  return [...new Set(readings.flatMap((reading) => (isUnavailable(reading) ? [reading.unavailable] : [])))];
}

function hasNothing(probe: Probe): boolean {
  return isUnavailable(probe.memory) && isUnavailable(probe.time);
}

function ProbeHead({ columns }: { columns: Column[] }) {
  return (
    <thead>
      <tr>
        <td colSpan={4} />
        <th scope="colgroup" colSpan={5} className="span">
          Memory, GiB
        </th>
        <td colSpan={columns.length - 4} />
      </tr>
      <tr>
        {['batch', 'frames', 'tokens'].map((name) => (
          <th scope="col" className="figure" key={name}>
            {name}
          </th>
        ))}
        <th scope="col">status</th>
        {columns.map(({ name }) => (
          <th scope="col" className="figure" key={name}>
            {name}
          </th>
        ))}
        <th scope="col">off provider</th>
      </tr>
    </thead>
  );
}

function ProbeRow({ probe, columns, reasons }: { probe: Probe; columns: Column[]; reasons: string[] }) {
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
      {hasNothing(probe) ? (
        <td className="cause" colSpan={columns.length}>
          {probe.cause}
        </td>
      ) : (
        columns.map((column) => <Figure key={column.name} column={column} probe={probe} reasons={reasons} />)
      )}
      <td>{probe.nodesOffProvider.length > 0 ? probe.nodesOffProvider.join(', ') : 'none'}</td>
    </tr>
  );
}

function Figure({ column, probe, reasons }: { column: Column; probe: Probe; reasons: string[] }) {
  const reading = column.read(probe);
  if (!isUnavailable(reading)) return <td className="figure">{column.format(reading)}</td>;
  return (
    <td className="figure missing">
      –<sup>{reasons.indexOf(reading.unavailable) + 1}</sup>
    </td>
  );
}
