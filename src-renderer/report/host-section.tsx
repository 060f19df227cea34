import { isUnavailable } from '../../src-main/contract/evidence.js';
import { formatGiBRange, gib } from '../../src-main/contract/format.js';
import type { Report } from '../../src-main/contract/report.js';
import { EvidenceTag, Section } from './bits.js';
import { hostOfNode } from './figures.js';

/** Host memory that each rank takes by part, and all the ranks of a node together. */
export function HostSection({ report }: { report: Report }) {
  const { prediction } = report;
  if (isUnavailable(prediction) || prediction.host.parts.length === 0) return null;
  const { bytesPerRank, range, parts } = prediction.host;
  const node = hostOfNode(report);
  return (
    <Section id="host" title="Host memory of each rank, GiB" aside="one rank for each GPU">
      <table className="parts">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Where from</th>
            <th scope="col" className="figure">
              GiB
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.id}>
              <th scope="row">{part.name}</th>
              <td>
                <EvidenceTag evidence={part.evidence} /> <small>{part.note}</small>
              </td>
              <td className="figure">{gib(part.bytes, 2)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <Sum name="Each rank" note={`between ${between(range)}`} figure={gib(bytesPerRank, 2)} total />
          {node.ranks > 1 && (
            <Sum
              name={`${node.ranks} ranks on a node`}
              note={`at the interval’s top ${gib(node.top, 2)}`}
              figure={gib(node.bytes, 2)}
            />
          )}
          {node.free !== null && (
            <Sum
              name={node.free < node.top ? 'Too little by' : 'Left over'}
              note={`${gib(node.free, 2)} free on ${report.machine.host.hostname}, less the interval’s top`}
              figure={gib(Math.abs(node.free - node.top), 2)}
              bad={node.free < node.top}
            />
          )}
        </tfoot>
      </table>
    </Section>
  );
}

const between = (range: [number, number]) => formatGiBRange(range).replace(' GiB', '').replace('–', ' and ');

function Sum(props: { name: string; note: string; figure: string; total?: boolean; bad?: boolean }) {
  return (
    <tr className={props.total ? 'total' : ''}>
      <th scope="row">{props.name}</th>
      <td>
        <small>{props.note}</small>
      </td>
      <td className={`figure ${props.bad ? 'bad' : ''}`}>{props.figure}</td>
    </tr>
  );
}
