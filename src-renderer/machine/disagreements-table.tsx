import type { Disagreement } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';
import { useSay } from '../report/say.js';

/** Matters of which sources say different things, and who says what. */
export function DisagreementsTable({ disagreements }: { disagreements: readonly Disagreement[] }) {
  const say = useSay();
  return (
    <WideTable label="Table of what sources say">
      <table>
        <thead>
          <tr>
            {['About', 'Source', 'says'].map((head) => (
              <th scope="col" key={head}>
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        {disagreements.map(({ about, sources }) => (
          <tbody key={about}>
            {Object.entries(sources).map(([source, says], index, all) => (
              <tr key={source}>
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={all.length}>
                    {say(about)}
                  </th>
                )}
                <td className="nowrap">{say(source)}</td>
                <td>{say(says)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </WideTable>
  );
}
