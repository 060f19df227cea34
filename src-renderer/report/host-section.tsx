import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatGiBRange, gib } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { Section } from './bits.js';
import { hostOfNode } from './figures.js';
import { FootRow, PartsTable } from './parts-table.js';

/** Host memory that each rank takes by part, and all the ranks of a node together. */
export function HostSection({ report }: { report: Report }) {
  const { prediction } = report;
  if (isUnavailable(prediction) || prediction.host.parts.length === 0) return null;
  const { bytesPerRank, range, parts } = prediction.host;
  const node = hostOfNode(report);
  return (
    <Section id="host" title="Host memory of each rank, GiB" aside="one rank for each GPU">
      <PartsTable
        unit="GiB"
        rows={parts.map((part) => ({ ...part, value: part.bytes }))}
        format={(bytes) => gib(bytes, 2)}
      >
        <FootRow name="Each rank" note={`between ${between(range)}`} figure={gib(bytesPerRank, 2)} total />
        {node.ranks > 1 && (
          <FootRow
            name={`${node.ranks} ranks on a node`}
            note={`at the interval’s top ${gib(node.top, 2)}`}
            figure={gib(node.bytes, 2)}
          />
        )}
        {node.free !== null && (
          <FootRow
            name={node.free < node.top ? 'Too little by' : 'Left over'}
            note={`${gib(node.free, 2)} free on ${report.machine.host.hostname}, less the interval’s top`}
            figure={gib(Math.abs(node.free - node.top), 2)}
            bad={node.free < node.top}
          />
        )}
      </PartsTable>
    </Section>
  );
}

const between = (range: [number, number]) => formatGiBRange(range).replace(' GiB', '').replace('–', ' and ');
