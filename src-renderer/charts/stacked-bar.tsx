import { useSay } from '../report/say.js';
import { letterOf, percent, segmentsOf, tintOf } from './scale.js';

const height = 22;

/** Values end to end over the whole width; the table that stands with it keys the letters and has the figures. */
export function StackedBar({ values, label }: { values: readonly number[]; label: string }) {
  const say = useSay();
  const total = values.reduce((sum, value) => sum + value, 0) || 1;
  return (
    <svg className="chart" width="100%" height={height} role="img" aria-label={say(label)}>
      <Segments values={values} whole={total} top={0} height={height} />
    </svg>
  );
}

interface SegmentsProps {
  values: readonly number[];
  /** What the whole width stands for. */
  whole: number;
  top: number;
  height: number;
}

/** Coloured and lettered by their place; one alone needs no letter, and one too narrow has no room for it. */
export function Segments({ values, whole, top, height: tall }: SegmentsProps) {
  return segmentsOf(values, whole).map(({ start, size }, index) =>
    size === 0 ? null : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a segment is known by
      <g key={index} className={tintOf(index)}>
        <rect className="segment" x={percent(start)} y={top} width={percent(size)} height={tall} />
        {values.length > 1 && size > 0.03 && (
          <text className="letter" x={percent(start + size / 2)} y={top + tall / 2 + 4.5} textAnchor="middle">
            {letterOf(index)}
          </text>
        )}
      </g>
    ),
  );
}
