import { useSay } from '../report/say.js';
import { percent } from './scale.js';
import { Segments } from './stacked-bar.js';

interface RangeBarProps {
  /** One value, or the parts of it. */
  values: readonly number[];
  range: readonly [number, number];
  /** Upright line across the bar, or null where there is nothing to hold it against. */
  limit: number | null;
  /** What the whole width stands for: the same for bars that are read together. */
  whole: number;
  label: string;
}

/** A value or its parts, the interval of their sum below, and the limit across: one of several under one another. */
export function RangeBar({ values, range, limit, whole, label }: RangeBarProps) {
  const say = useSay();
  const [low, high] = range.map((end) => percent(end / whole)) as [string, string];
  return (
    <svg className="chart range-bar" width="100%" height="30" role="img" aria-label={say(label)}>
      <rect className="track" x="0" y="3" width="100%" height="17" />
      <Segments values={values} whole={whole} top={3} height={17} />
      {limit !== null && (
        <>
          <line className="halo" x1={percent(limit / whole)} x2={percent(limit / whole)} y1="0" y2="23" />
          <line className="limit" x1={percent(limit / whole)} x2={percent(limit / whole)} y1="0" y2="23" />
        </>
      )}
      <g className="interval">
        <line x1={low} x2={high} y1="25" y2="25" />
        <line x1={low} x2={low} y1="22" y2="28" />
        <line x1={high} x2={high} y1="22" y2="28" />
      </g>
    </svg>
  );
}

/** What the width of bars that are read together stands for. */
export function wholeOf(ranges: readonly (readonly [number, number])[], limit: number | null): number {
  return Math.max(limit ?? 0, ...ranges.map(([, high]) => high)) * 1.01 || 1;
}
