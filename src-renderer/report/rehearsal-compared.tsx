import { Value } from './bits.js';
import type { ComparedFigure } from './rehearsal-words.js';
import { useSay } from './say.js';

/** Figures as they were expected, as they came, and how far off that was. */
export function ComparedTable({ figures }: { figures: readonly ComparedFigure[] }) {
  const say = useSay();
  return (
    <table className="compared">
      <thead>
        <tr>
          <th scope="col">{say('Figure')}</th>
          {['Expected', 'Rehearsed', 'Error'].map((name) => (
            <th scope="col" className="figure" key={name}>
              {say(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {figures.map(({ name, expected, rehearsed, error }) => (
          <tr key={name}>
            <th scope="row">{say(name)}</th>
            <td className="figure">
              <Value of={expected}>{say}</Value>
            </td>
            <td className="figure">
              <b>
                <Value of={rehearsed}>{say}</Value>
              </b>
            </td>
            <td className="figure">{error}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
