import { formatPercent, secondsColumn } from '../../src-main/contract/format.js';
import type { OperatorClass, Probe } from '../../src-main/contract/probe.js';
import { useSay } from '../report/say.js';
import { operatorClasses, operatorWords } from '../report/words.js';
import { Swatch } from './swatch.js';

type Seconds = Partial<Record<OperatorClass, number>>;

/** Seconds by class of operator, in the order in which bars and table have them. */
export function operatorValues(seconds: Seconds): number[] {
  return operatorClasses.map((name) => seconds[name] ?? 0);
}

/** The table behind the bars: a row for each class, a column for each probe. */
export function OperatorTable({ columns }: { columns: { name: string; seconds: Seconds; probe: Probe }[] }) {
  const say = useSay();
  const { unit, format } = secondsColumn(columns.flatMap(({ seconds }) => Object.values(seconds)));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('Class of operator')}</th>
          {columns.map(({ name, probe }) => (
            <th scope="col" className="figure" key={name} colSpan={2}>
              {say(name)}
              <small>{say(`batch ${probe.point.batch}, ${probe.point.frames} frames, ${unit}`)}</small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {operatorClasses.map((operator, index) => (
          <tr key={operator}>
            <th scope="row">
              <Swatch index={index} /> {say(operatorWords[operator])}
            </th>
            {columns.map(({ name, seconds }) => {
              const total = Object.values(seconds).reduce((sum, value) => sum + value, 0) || 1;
              const value = seconds[operator] ?? 0;
              return [
                <td className="figure" key={`${name} time`}>
                  {format(value)}
                </td>,
                <td className="figure share" key={`${name} share`}>
                  {formatPercent(value / total, 1)}
                </td>,
              ];
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
