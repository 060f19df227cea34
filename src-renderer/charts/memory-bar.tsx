import { formatGiB, gib } from '../../src-main/contract/format.js';
import type { Part } from '../../src-main/contract/report.js';
import { letterOf, percent, segmentsOf, tintOf } from './scale.js';

interface MemoryBarProps {
  parts: readonly Part[];
  /** Memory that counts as free; null where no device is judged. */
  freeBytes: number | null;
  reserveBytes: number;
  interval: readonly [number, number];
}

const bar = { top: 26, height: 34 };

/** Parts of the peak end to end, against free memory and what is kept back of it. Its table stands below it. */
export function MemoryBar({ parts, freeBytes, reserveBytes, interval }: MemoryBarProps) {
  const peak = parts.reduce((sum, part) => sum + part.bytes, 0);
  const whole = Math.max(peak, interval[1], freeBytes ?? 0) * 1.01 || 1;
  const segments = segmentsOf(
    parts.map((part) => part.bytes),
    whole,
  );
  return (
    <svg className="chart memory-bar" width="100%" height="84" role="img" aria-label={described()}>
      <rect className="track" x="0" y={bar.top} width="100%" height={bar.height} />
      {freeBytes !== null && <FreeMemory free={freeBytes} reserve={reserveBytes} whole={whole} />}
      {parts.map((part, index) => (
        <Segment key={part.id} index={index} {...segments[index]!} />
      ))}
      <Interval low={interval[0] / whole} high={interval[1] / whole} />
    </svg>
  );

  function described(): string {
    const free = freeBytes === null ? 'no device to hold it against' : `${formatGiB(freeBytes)} free`;
    return `Predicted peak ${formatGiB(peak)}, ${free}. The table below has every part.`;
  }
}

function Segment({ index, start, size }: { index: number; start: number; size: number }) {
  return (
    <g className={tintOf(index)}>
      <rect className="segment" x={percent(start)} y={bar.top} width={percent(size)} height={bar.height} />
      {size > 0.025 && (
        <text className="letter" x={percent(start + size / 2)} y={bar.top + 22} textAnchor="middle">
          {letterOf(index)}
        </text>
      )}
    </g>
  );
}

function FreeMemory({ free, reserve, whole }: { free: number; reserve: number; whole: number }) {
  const usable = Math.max(0, free - reserve);
  const atRight = free / whole > 0.5;
  const label = `${gib(free)} GiB free${reserve > 0 ? `, ${gib(reserve)} kept back` : ''}`;
  return (
    <g>
      <rect
        className="reserve"
        x={percent(usable / whole)}
        y={bar.top}
        width={percent((free - usable) / whole)}
        height={bar.height}
      />
      <line
        className="limit"
        x1={percent(free / whole)}
        x2={percent(free / whole)}
        y1="14"
        y2={bar.top + 40}
      />
      <text className="label" x={percent(free / whole)} y="12" textAnchor={atRight ? 'end' : 'start'}>
        {label}
      </text>
    </g>
  );
}

function Interval({ low, high }: { low: number; high: number }) {
  const y = bar.top + bar.height + 10;
  return (
    <g className="interval">
      <line x1={percent(low)} x2={percent(high)} y1={y} y2={y} />
      <line x1={percent(low)} x2={percent(low)} y1={y - 4} y2={y + 4} />
      <line x1={percent(high)} x2={percent(high)} y1={y - 4} y2={y + 4} />
      <text className="label" x={percent(low)} dx="-6" y={y + 4} textAnchor="end">
        predicted peak
      </text>
    </g>
  );
}
