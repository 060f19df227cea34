import { conditionsBrief, slowedBy, slowedLine } from '../../src-renderer/report/condition-words.js';
import { cellOf, isTargetShape, type Series, seriesOf } from '../../src-renderer/report/series.js';
import { probeWords } from '../../src-renderer/report/words.js';
import { isUnavailable, known } from '../contract/evidence.js';
import { formatSeconds, gib, gibDigits } from '../contract/format.js';
import type { Probe } from '../contract/probe.js';
import type { Report } from '../contract/report.js';
import { glyphs, type Paint, type Tone, tones } from './terminal-style.js';
import { hanging, toWidth, wrap } from './text-layout.js';

const labelWidth = 10;
const cellWidth = 14;

interface Cell {
  /** Memory over time over how the GPU fared; what there is nothing of is empty. */
  lines: [upper: string, middle: string, lower: string];
  tone?: Tone;
}

/**
 * A grid for each block: live memory over median time over the GPU's power and temperature then, or how it failed. The
 * target's own shape is bracketed, and a time for which the GPU was held down has its cause below the grid.
 */
export function gridLines(report: Report, paint: Paint, width: number): string[] {
  const columns = Math.max(1, Math.floor((width - labelWidth) / cellWidth));
  if (report.probes.length === 0) return [];
  const grids = seriesOf(report.probes).flatMap((series) => [
    ...wrap(`${series.name}, ${series.detail}`, width),
    ...chunks(series.frames, columns).flatMap((frames) => block(report, series, frames, paint)),
    ...series.probes
      .filter((probe) => slowedBy(probe).length > 0)
      .flatMap((probe) => hanging(`${glyphs.look} `, `held down while timed: ${slowedLine(probe)}`, width)),
  ]);
  return [
    ...grids,
    ...wrap('[ ] the target’s own shape   · not tried', width).map((line) => paint(line, 'dim')),
  ];
}

function block(report: Report, series: Series, frames: number[], paint: Paint): string[] {
  const digits = gibDigits(Math.max(0, ...series.probes.map((probe) => liveBytes(probe) ?? 0)));
  const head = frames.map((count) => toWidth(`${count} f`, cellWidth, 'right')).join('');
  return [
    paint(toWidth('', labelWidth) + head, 'dim'),
    ...series.batches.flatMap((batch) => {
      const cells = frames.map((count) => {
        const cell = cellFor(cellOf(series, batch, count), digits);
        return isTargetShape(report.target, series, batch, count) ? bracketed(cell) : cell;
      });
      const row = (label: string, line: 0 | 1 | 2) =>
        paint(toWidth(label, labelWidth), 'dim') +
        cells
          .map(({ lines, tone }) =>
            paint(
              toWidth(lines[line], cellWidth, 'right'),
              ...(tone ? [tone] : line === 2 ? ['dim' as const] : []),
            ),
          )
          .join('');
      const fared = cells.some(({ lines }) => lines[2] !== '');
      return [row(`batch ${batch}`, 0), row('', 1), ...(fared ? [row('', 2)] : [])];
    }),
  ];
}

function cellFor(probe: Probe | undefined, digits: number): Cell {
  if (!probe) return { lines: ['·', '', ''], tone: 'dim' };
  const { short, mark } = probeWords[probe.status];
  if (probe.status !== 'ok') return { lines: [`${glyphs[mark]} ${short}`, '', ''], tone: tones[mark] };
  const { time } = probe;
  const bytes = liveBytes(probe);
  const live = bytes === undefined ? '–' : gib(bytes, digits);
  const below =
    probe.evidence !== 'measured' || isUnavailable(time) ? probe.evidence : formatSeconds(time.medianSeconds);
  const slowed = slowedBy(probe).length > 0 ? `${glyphs.look} ` : '';
  return { lines: [live, `${slowed}${below}`, conditionsBrief(probe)] };
}

function liveBytes({ memory }: Probe): number | undefined {
  return isUnavailable(memory) ? undefined : known(memory.liveBytes);
}

function bracketed({ lines: [upper, ...rest], ...cell }: Cell): Cell {
  return { ...cell, lines: [`[${upper}]`, ...rest] };
}

function chunks<T>(values: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
