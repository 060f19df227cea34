import { percent } from './scale.js';

interface ChangeBarProps {
  /** A share of the first's figure; below 0 it is less. */
  change: number;
  /** Within which it lies, or null where that is not known. */
  interval: readonly [number, number] | null;
  /** What half the width stands for: the same for bars that are read together. */
  reach: number;
  label: string;
}

/** A change to the left or the right of none, with the interval that its noise leaves. */
export function ChangeBar({ change, interval, reach, label }: ChangeBarProps) {
  const at = (share: number) => percent(0.5 + Math.max(-1, Math.min(1, share / reach)) / 2);
  return (
    <svg className="chart change-bar" width="100%" height="18" role="img" aria-label={label}>
      <line className="rule" x1="50%" x2="50%" y1="0" y2="18" />
      {interval !== null && (
        <g className="interval">
          <line x1={at(interval[0])} x2={at(interval[1])} y1="9" y2="9" />
          <line x1={at(interval[0])} x2={at(interval[0])} y1="6" y2="12" />
          <line x1={at(interval[1])} x2={at(interval[1])} y1="6" y2="12" />
        </g>
      )}
      <circle className="dot tint-1" cx={at(change)} cy="9" r="3.2" />
    </svg>
  );
}

/** Half the width for changes and their intervals, with room for the caps at its ends. */
export function reachOf(changes: readonly number[]): number {
  return Math.max(...changes.map(Math.abs), 0) * 1.04 || 1;
}
