import { leftOver, worstBucket } from '../../src-renderer/report/figures.js';
import { phaseWords } from '../../src-renderer/report/words.js';
import { isUnavailable, known } from '../contract/evidence.js';
import { formatGiB, formatPercent, gib } from '../contract/format.js';
import type { Report } from '../contract/report.js';
import { shadedBar, shadeOf } from './terminal-bar.js';
import type { Paint } from './terminal-style.js';
import { toWidth, wrap } from './text-layout.js';

/** The parts of the peak as a bar against free memory, and as a table. */
export function partLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction, verdict } = report;
  if (isUnavailable(prediction)) return wrap(`Not predicted: ${prediction.unavailable}.`, width);
  const { parts, peakBytesPerGpu: peak, interval, savedCheckpointBytes } = prediction;
  const name = width - 31;
  const row = (label: string, bytes: number) =>
    `  ${toWidth(label, name)} ${toWidth('', 10)}${toWidth(gib(bytes, 2), 8, 'right')}`;
  const left = leftOver(report, interval.peakBytes);
  return [
    ...wrap(peakLine(report), width),
    ...barLines(
      parts.map((part) => part.bytes),
      known(verdict.freeBytes),
      paint,
      width,
    ),
    ...parts.map(
      (part, index) =>
        `${shadeOf(index, paint)} ${toWidth(part.name, name)} ${toWidth(part.evidence, 10)}` +
        `${toWidth(gib(part.bytes, 2), 8, 'right')} ${toWidth(formatPercent(part.bytes / (peak || 1), 1), 8, 'right')}`,
    ),
    paint(row('Predicted peak', peak), 'bold'),
    ...(left === null
      ? []
      : [row(left < 0 ? 'Too little at interval’s top' : 'Left over at interval’s top', Math.abs(left))]),
    ...(savedCheckpointBytes === null
      ? []
      : wrap(`One saved checkpoint takes ${formatGiB(savedCheckpointBytes)} on disk.`, width)),
  ];
}

function peakLine({ prediction }: Report): string {
  if (isUnavailable(prediction)) return '';
  const bucket = prediction.buckets.length > 1 ? `; bucket: ${worstBucket(prediction).label}` : '';
  return `Phase of the peak: ${phaseWords[prediction.phase].toLowerCase()}${bucket}`;
}

function barLines(sizes: number[], free: number | undefined, paint: Paint, width: number): string[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const whole = Math.max(total, free ?? 0) || 1;
  const bar = shadedBar(sizes, whole, paint, width);
  if (free === undefined) return [bar];
  const label = `${gib(free)} free`;
  const at = Math.max(1, Math.min(width, Math.round((free / whole) * width)));
  const limit =
    at > label.length + 1 ? `${toWidth(label, at - 2, 'right')} ▾` : `${' '.repeat(at - 1)}▾ ${label}`;
  return [limit, bar];
}
