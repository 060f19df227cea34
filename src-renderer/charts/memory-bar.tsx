import { formatGiB, gib } from '../../src-main/contract/format.js';
import type { Part } from '../../src-main/contract/report.js';
import { useSay } from '../report/say.js';
import { percent } from './scale.js';
import { Segments } from './stacked-bar.js';

interface MemoryBarProps {
  parts: readonly Part[];
  /** Memory that counts as free; null where no device is judged. */
  freeBytes: number | null;
  reserveBytes: number;
  interval: readonly [number, number];
  /** In the language of the page; reports have theirs in English. */
  words?: MemoryBarWords;
}

interface MemoryBarWords {
  /** GiB that are free, and of them kept back. */
  free(free: string, kept: string): string;
  peak: string;
  /** The drawing, for who does not see it. */
  described: string;
}

/** Parts of the peak end to end, against free memory and what is kept back of it. Its table stands below it. */
export function MemoryBar({ parts, freeBytes, reserveBytes, interval, words }: MemoryBarProps) {
  const say = useSay();
  const peak = parts.reduce((sum, part) => sum + part.bytes, 0);
  const bar = { top: freeBytes === null ? 2 : 26, height: 34 };
  const whole = Math.max(peak, interval[1], freeBytes ?? 0) * 1.01 || 1;
  return (
    <svg
      className="chart memory-bar"
      width="100%"
      height={bar.top + 58}
      role="img"
      aria-label={words?.described ?? say(described())}
    >
      <rect className="track" x="0" y={bar.top} width="100%" height={bar.height} />
      <Segments values={parts.map((part) => part.bytes)} whole={whole} top={bar.top} height={bar.height} />
      {/* Last, so that where memory is short the limit is seen across the parts. */}
      {freeBytes !== null && (
        <FreeMemory bar={bar} free={freeBytes} reserve={reserveBytes} whole={whole} words={words} />
      )}
      <Interval
        bar={bar}
        low={interval[0] / whole}
        high={interval[1] / whole}
        word={words?.peak ?? say('predicted peak')}
      />
    </svg>
  );

  function described(): string {
    const free = freeBytes === null ? 'no device to hold it against' : `${formatGiB(freeBytes)} free`;
    return `Predicted peak ${formatGiB(peak)}, ${free}. The table below has every part.`;
  }
}

/** Where the bar stands in the drawing. */
interface Bar {
  top: number;
  height: number;
}

function FreeMemory({
  bar,
  free,
  reserve,
  whole,
  words,
}: {
  bar: Bar;
  free: number;
  reserve: number;
  whole: number;
  words: MemoryBarWords | undefined;
}) {
  const say = useSay();
  const usable = Math.max(0, free - reserve);
  const atRight = free / whole > 0.5;
  const label =
    words?.free(gib(free), gib(reserve)) ??
    say(`${gib(free)} GiB free${reserve > 0 ? `, ${gib(reserve)} kept back` : ''}`);
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
        className="halo"
        x1={percent(free / whole)}
        x2={percent(free / whole)}
        y1="14"
        y2={bar.top + 40}
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

function Interval({ bar, low, high, word }: { bar: Bar; low: number; high: number; word: string }) {
  const y = bar.top + bar.height + 10;
  // A small peak on a large GPU has no room at its left.
  const atRight = low < 0.2;
  return (
    <g className="interval">
      <line x1={percent(low)} x2={percent(high)} y1={y} y2={y} />
      <line x1={percent(low)} x2={percent(low)} y1={y - 4} y2={y + 4} />
      <line x1={percent(high)} x2={percent(high)} y1={y - 4} y2={y + 4} />
      <text
        className="label"
        x={percent(atRight ? high : low)}
        dx={atRight ? 6 : -6}
        y={y + 4}
        textAnchor={atRight ? 'start' : 'end'}
      >
        {word}
      </text>
    </g>
  );
}
