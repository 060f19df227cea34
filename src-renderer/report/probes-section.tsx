import { formatCount } from '../../src-main/contract/format.js';
import type { Probe } from '../../src-main/contract/probe.js';
import { EvidenceTag, Section, WideTable } from './bits.js';
import { type Column, ColumnCell, Footnotes, missingReasons } from './columns.js';
import { columnsFor, hasNothing } from './probe-columns.js';
import { useSay } from './say.js';
import type { Series } from './series.js';
import { Status } from './status.js';
import { probeWords } from './words.js';

/** All that was measured, a row for each probe. */
export function ProbesSection({ series }: { series: Series[] }) {
  const say = useSay();
  const probes = series.flatMap((each) => each.probes);
  const columns = columnsFor(probes);
  const reasons = missingReasons(
    probes.filter((probe) => !hasNothing(probe)),
    columns,
  );
  return (
    <Section
      id="probes"
      title="Probes"
      aside="each one block in a process of its own; measured unless marked; saved is counted from the graph"
    >
      {probes.length === 0 ? (
        <p className="quiet">{say('No probe ended.')}</p>
      ) : (
        <WideTable label="Table of probes">
          <table className="dense probes">
            <ProbeHead columns={columns} />
            {series.map((each) => (
              <tbody key={each.key}>
                <tr className="group">
                  <th scope="rowgroup" colSpan={columns.length + 4}>
                    {say(each.name)} <small>{say(each.detail)}</small>
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
      {probes.length > 0 && <p className="aside">{say(offProvider(probes))}</p>}
      <Footnotes reasons={reasons} />
    </Section>
  );
}

function offProvider(probes: Probe[]): string {
  if (probes.every(({ nodesOffProvider }) => nodesOffProvider.length === 0))
    return 'No node of a probe ran on another provider than the one asked for.';
  return 'Off provider: nodes that ran on another provider than the one asked for.';
}

function ProbeHead({ columns }: { columns: Column<Probe>[] }) {
  const say = useSay();
  return (
    <thead>
      <tr>
        <td colSpan={4} />
        <th scope="colgroup" colSpan={5} className="span">
          {say('Memory, GiB')}
        </th>
        <td colSpan={columns.length - 5} />
      </tr>
      <tr>
        {['batch', 'frames', 'tokens'].map((name) => (
          <th scope="col" className="figure" key={name}>
            {say(name)}
          </th>
        ))}
        <th scope="col">{say('status')}</th>
        {columns.map(({ name, words }) => (
          <th scope="col" className={words ? undefined : 'figure'} key={name}>
            {say(name)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function ProbeRow({
  probe,
  columns,
  reasons,
}: {
  probe: Probe;
  columns: Column<Probe>[];
  reasons: string[];
}) {
  const { point } = probe;
  const say = useSay();
  const { short, word, mark } = probeWords[probe.status];
  return (
    <tr>
      <td>{point.batch}</td>
      <td>{point.frames}</td>
      <td>{formatCount(point.tokens)}</td>
      <td className="reason nowrap">
        <Status mark={mark} word={word.length > 9 ? short : word} />
        {probe.evidence !== 'measured' && <EvidenceTag evidence={probe.evidence} />}
      </td>
      {hasNothing(probe) ? (
        <td className="reason cause" colSpan={columns.length}>
          {say(probe.cause)}
        </td>
      ) : (
        columns.map((column) => <ColumnCell key={column.name} column={column} of={probe} reasons={reasons} />)
      )}
    </tr>
  );
}
