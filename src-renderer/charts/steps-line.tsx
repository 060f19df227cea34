import { line } from 'd3-shape';
import { useSay } from '../report/say.js';

const [width, height, edge] = [110, 24, 3];

interface StepsLineProps {
  /** Seconds of each step, one after the other. */
  steps: readonly number[];
  /** What the height stands for: the same for lines that are read together. */
  range: readonly [low: number, high: number];
  label: string;
}

/** Steps as a small line: heat shows as a drift. Its row has the figures. */
export function StepsLine({ steps, range: [low, high], label }: StepsLineProps) {
  const say = useSay();
  if (steps.length < 2) return null;
  const across = (index: number) => edge + (index / (steps.length - 1)) * (width - 2 * edge);
  const up = (seconds: number) => height - edge - ((seconds - low) / (high - low)) * (height - 2 * edge);
  const draw = line<number>(
    (_, index) => across(index),
    (seconds) => up(seconds),
  );
  return (
    <svg
      className="chart steps-line tint-1"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={say(label)}
    >
      <path className="curve" d={draw(steps) ?? ''} />
      <circle className="dot" cx={across(steps.length - 1)} cy={up(steps.at(-1)!)} r="3" />
    </svg>
  );
}

/** The least and the most of lines that are read together; no less than 4 % apart, so that noise looks like noise. */
export function stepsRange(all: readonly (readonly number[])[]): [number, number] {
  const steps = all.flat();
  const [low, high] = [Math.min(...steps), Math.max(...steps)];
  const spread = Math.max(high - low, 0.04 * high, 1e-9);
  const middle = (low + high) / 2;
  return [middle - spread / 2, middle + spread / 2];
}
