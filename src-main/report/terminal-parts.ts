import { isUnavailable, known } from '../contract/evidence.js';
import { formatPercent, gib } from '../contract/format.js';
import type { Report } from '../contract/report.js';
import type { Paint, Tone } from './terminal-style.js';
import { toWidth, wrap } from './text-layout.js';

// Neighbours differ in shade, so that the bar reads without colour.
const shades = ['█', '▒', '▓', '░'] as const;
const dyes: Tone[] = ['blue', 'cyan', 'magenta', 'yellow'];

const shadeOf = (index: number, paint: Paint, cells = 1) =>
  paint(shades[index % shades.length]!.repeat(cells), dyes[index % dyes.length]!);

/** The parts of the peak as a bar against free memory, and as a table. */
export function partLines({ prediction, verdict }: Report, paint: Paint, width: number): string[] {
  if (isUnavailable(prediction)) return wrap(`Not predicted: ${prediction.unavailable}.`, width);
  const { parts, peakBytesPerGpu: peak, interval } = prediction;
  const free = known(verdict.freeBytes);
  const name = width - 31;
  return [
    ...barLines(
      parts.map((part) => part.bytes),
      free,
      paint,
      width,
    ),
    ...parts.map(
      (part, index) =>
        `${shadeOf(index, paint)} ${toWidth(part.name, name)} ${toWidth(part.evidence, 10)}` +
        `${toWidth(gib(part.bytes, 2), 8, 'right')} ${toWidth(formatPercent(part.bytes / (peak || 1), 1), 8, 'right')}`,
    ),
    paint(
      `  ${toWidth('Predicted peak', name)} ${toWidth('', 10)}${toWidth(gib(peak, 2), 8, 'right')}`,
      'bold',
    ),
    ...(free === undefined ? [] : marginLine(free - verdict.reserveBytes - interval.peakBytes[1], name)),
  ];
}

function barLines(sizes: number[], free: number | undefined, paint: Paint, width: number): string[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const whole = Math.max(total, free ?? 0) || 1;
  const cell = (bytes: number) => Math.round((bytes / whole) * width);
  let end = 0;
  const bar = sizes.map((size, index) => {
    const from = cell(end);
    end += size;
    return shadeOf(index, paint, cell(end) - from);
  });
  const rest = paint('·'.repeat(width - cell(total)), 'dim');
  if (free === undefined) return [bar.join('') + rest];
  const label = `${gib(free)} free`;
  const at = Math.max(1, Math.min(width, cell(free)));
  const limit =
    at > label.length + 1 ? `${toWidth(label, at - 2, 'right')} ▾` : `${' '.repeat(at - 1)}▾ ${label}`;
  return [limit, bar.join('') + rest];
}

function marginLine(left: number, name: number): string[] {
  const label = left < 0 ? 'Too little by, at the interval’s top' : 'Left over, at the interval’s top';
  return [`  ${toWidth(label, name)} ${toWidth('', 10)}${toWidth(gib(Math.abs(left), 2), 8, 'right')}`];
}
