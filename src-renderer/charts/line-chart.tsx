import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { letterOf, tintOf } from './scale.js';

type Place = readonly [x: number, y: number];

export interface ChartLine {
  key: string;
  /** What was measured. */
  dots: readonly Place[];
  /** What is drawn through them, or joins them. */
  path: readonly Place[];
}

interface Axis {
  label: string;
  format(value: number): string;
  /** Drawn in full, whatever the values. */
  from?: number;
}

interface LineChartProps {
  lines: readonly ChartLine[];
  x: Axis;
  y: Axis;
  /** The drawing, for who does not see it; the table that stands with it has the figures. */
  label: string;
  /** In the units of its text: a small one is drawn small, and not shrunk. */
  width?: number;
  height?: number;
}

const margin = { top: 24, right: 26, bottom: 34, left: 58 };

/** Lines over two axes; of several each ends in the letter that its table has. The y axis starts at 0. */
export function LineChart({ lines, x, y, label, width = 560, height = 230 }: LineChartProps) {
  const all = lines.flatMap(({ dots, path }) => [...dots, ...path]);
  if (all.length === 0) return null;
  const xs = all.map(([at]) => at);
  const left = x.from ?? Math.min(...xs);
  const across = scaleLinear([left, Math.max(...xs, left + 1e-9)], [margin.left, width - margin.right]);
  const up = scaleLinear(
    [0, Math.max(...all.map(([, at]) => at)) || 1],
    [height - margin.bottom, margin.top],
  ).nice(4);
  const draw = line<Place>(
    ([at]) => across(at),
    ([, at]) => up(at),
  );
  return (
    <svg className="chart line-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {up.ticks(4).map((tick) => (
        <g key={tick}>
          <line className="rule" x1={margin.left} x2={width - margin.right} y1={up(tick)} y2={up(tick)} />
          <text className="label" x={margin.left - 8} y={up(tick) + 4} textAnchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      {across.ticks(6).map((tick) => (
        <text
          className="label"
          key={tick}
          x={across(tick)}
          y={height - margin.bottom + 18}
          textAnchor="middle"
        >
          {x.format(tick)}
        </text>
      ))}
      <text className="label" x={margin.left - 8} y="12" textAnchor="start">
        {y.label}
      </text>
      <text className="label" x={width - margin.right} y={height - 2} textAnchor="end">
        {x.label}
      </text>
      {lines.map(({ key, dots, path }, index) => (
        <g key={key} className={tintOf(index)}>
          <path className="curve" d={draw(path) ?? ''} />
          {dots.map(([atX, atY], place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: dots are known by their place
            <circle className="dot" key={place} cx={across(atX)} cy={up(atY)} r="3.2" />
          ))}
          {lines.length > 1 && path.length > 0 && (
            <text className="label end" x={across(path.at(-1)![0]) + 6} y={up(path.at(-1)![1]) + 4}>
              {letterOf(index)}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}
