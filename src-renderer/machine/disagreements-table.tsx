import type { Disagreement } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';

/** Matters of which sources say different things, and who says what. */
export function DisagreementsTable({ disagreements }: { disagreements: readonly Disagreement[] }) {
  return (
    <WideTable label="Table of what sources say">
      <table>
        <thead>
          <tr>
            <th scope="col">About</th>
            <th scope="col">Source</th>
            <th scope="col">says</th>
          </tr>
        </thead>
        {disagreements.map(({ about, sources }) => (
          <tbody key={about}>
            {Object.entries(sources).map(([source, says], index, all) => (
              <tr key={source}>
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={all.length}>
                    {about}
                  </th>
                )}
                <td className="nowrap">{source}</td>
                <td>{says}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </WideTable>
  );
}
