import { batchToUse, leftOver, worstBucket } from '../../src-renderer/report/figures.js';
import { phaseWords } from '../../src-renderer/report/words.js';
import { isUnavailable } from '../contract/evidence.js';
import { formatPercent, formatSeconds, gib } from '../contract/format.js';
import type { BucketPrediction, Report } from '../contract/report.js';
import { leftCell, rangeCell } from './terminal-phases.js';
import type { Paint } from './terminal-style.js';
import { cellsOf, hanging, toWidth } from './text-layout.js';

const sizes = [8, 8, 12, 10, 9];
const figuresWidth = sizes.reduce((sum, size) => sum + size, 0);

/** Every bucket on a line, on two where its label has no room, and below it what sets it apart. */
export function bucketLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction } = report;
  if (isUnavailable(prediction) || prediction.buckets.length < 2) return [];
  const { buckets } = prediction;
  const room = width - figuresWidth;
  const narrow = buckets.some(({ label }) => cellsOf(label) >= room);
  const line = (label: string, cells: string[]) => {
    const figures = cells.map((cell, index) => toWidth(cell, sizes[index]!, 'right')).join('');
    return narrow
      ? [...(label ? hanging('', label, width) : []), toWidth(figures, width, 'right')]
      : [toWidth(label, room) + figures];
  };
  return [
    ...line('', ['share', 'peak', 'interval', 'left over', 'step']).map((text) => paint(text, 'dim')),
    ...buckets.flatMap((bucket, index) => [
      ...line(bucket.label, figuresOf(report, bucket)),
      ...remarks(report, bucket, index).flatMap((text) => hanging('  → ', text, width)),
    ]),
  ];
}

function figuresOf(report: Report, { share, peakBytes, range, secondsPerStep }: BucketPrediction): string[] {
  return [
    formatPercent(share, 1),
    gib(peakBytes, 2),
    rangeCell(range),
    leftCell(leftOver(report, range)),
    isUnavailable(secondsPerStep) ? '–' : formatSeconds(secondsPerStep),
  ];
}

function remarks(report: Report, bucket: BucketPrediction, index: number): string[] {
  const { prediction } = report;
  if (isUnavailable(prediction)) return [];
  const batch = batchToUse(report, index);
  return [
    ...(bucket === worstBucket(prediction) ? ['the worst for memory'] : []),
    ...(bucket.phase === prediction.phase ? [] : [`its peak: ${phaseWords[bucket.phase].toLowerCase()}`]),
    ...(batch === null ? [] : [`batch to use: ${batch}`]),
  ];
}
