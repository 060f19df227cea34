import { cellOf, isTargetShape, type Series, seriesOf } from '../../src-renderer/report/series.js';
import { probeWords } from '../../src-renderer/report/words.js';
import { isUnavailable, known } from '../contract/evidence.js';
import { formatSeconds, gib, gibDigits } from '../contract/format.js';
import type { Probe } from '../contract/probe.js';
import type { Report } from '../contract/report.js';
import { glyphs, type Paint, type Tone, tones } from './terminal-style.js';
import { toWidth, wrap } from './text-layout.js';

const labelWidth = 10;
const cellWidth = 12;

type Cell = [upper: string, lower: string, tone?: Tone];

/** A grid for each block: live memory over median time, or how it failed; the target's own shape is bracketed. */
export function gridLines(report: Report, paint: Paint, width: number): string[] {
  const columns = Math.max(1, Math.floor((width - labelWidth) / cellWidth));
  if (report.probes.length === 0) return [];
  const grids = seriesOf(report.probes).flatMap((series) => [
    ...wrap(`${series.name}, ${series.detail}`, width),
    ...chunks(series.frames, columns).flatMap((frames) => block(report, series, frames, paint)),
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
      const row = (label: string, line: 0 | 1) =>
        paint(toWidth(label, labelWidth), 'dim') +
        cells
          .map((cell) => paint(toWidth(cell[line], cellWidth, 'right'), ...(cell[2] ? [cell[2]] : [])))
          .join('');
      return [row(`batch ${batch}`, 0), row('', 1)];
    }),
  ];
}

function cellFor(probe: Probe | undefined, digits: number): Cell {
  if (!probe) return ['·', '', 'dim'];
  const { short, mark } = probeWords[probe.status];
  if (probe.status !== 'ok') return [`${glyphs[mark]} ${short}`, '', tones[mark]];
  const { time } = probe;
  const bytes = liveBytes(probe);
  const live = bytes === undefined ? '–' : gib(bytes, digits);
  const below =
    probe.evidence !== 'measured' || isUnavailable(time) ? probe.evidence : formatSeconds(time.medianSeconds);
  return [live, below];
}

function liveBytes({ memory }: Probe): number | undefined {
  return isUnavailable(memory) ? undefined : known(memory.liveBytes);
}

function bracketed([upper, lower, tone]: Cell): Cell {
  return [`[${upper}]`, lower, ...(tone ? [tone] : [])] as Cell;
}

function chunks<T>(values: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
