import { formatPercent, secondsColumn } from '../../src-main/contract/format.js';
import type { OperatorClass, Probe } from '../../src-main/contract/probe.js';
import { operatorClasses, operatorWords } from '../report/words.js';
import { letterOf, percent, segmentsOf, tintOf } from './scale.js';

type Seconds = Partial<Record<OperatorClass, number>>;

/** One probe's profiled run, by class of operator; its table keys the letters. */
export function OperatorBar({ seconds, label }: { seconds: Seconds; label: string }) {
  const values = operatorClasses.map((name) => seconds[name] ?? 0);
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  const segments = segmentsOf(values, total);
  return (
    <svg className="chart operator-bar" width="100%" height="22" role="img" aria-label={label}>
      {operatorClasses.map((name, index) => {
        const { start, size } = segments[index]!;
        if (size === 0) return null;
        return (
          <g key={name} className={tintOf(index)}>
            <rect className="segment" x={percent(start)} y="0" width={percent(size)} height="22" />
            {size > 0.035 && (
              <text className="letter" x={percent(start + size / 2)} y="16" textAnchor="middle">
                {letterOf(index)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** The table behind the bars: a row for each class, a column for each probe. */
export function OperatorTable({ columns }: { columns: { name: string; seconds: Seconds; probe: Probe }[] }) {
  const { unit, format } = secondsColumn(columns.flatMap(({ seconds }) => Object.values(seconds)));
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Class of operator</th>
          {columns.map(({ name, probe }) => (
            <th scope="col" className="figure" key={name} colSpan={2}>
              {name}
              <small>
                batch {probe.point.batch}, {probe.point.frames} frames, {unit}
              </small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {operatorClasses.map((operator, index) => (
          <tr key={operator}>
            <th scope="row">
              <span className={`swatch ${tintOf(index)}`}>{letterOf(index)}</span> {operatorWords[operator]}
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
