import { runTimes, stepTimes, type TimeRow } from '../../src-renderer/report/figures.js';
import { runName, stepName } from '../../src-renderer/report/words.js';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import {
  formatEnergy,
  formatPercent,
  formatSamplesPerDay,
  formatSeconds,
  secondsColumn,
} from '../contract/format.js';
import type { Report } from '../contract/report.js';
import { shadedBar, shadeOf } from './terminal-bar.js';
import type { Paint } from './terminal-style.js';
import { hanging, toWidth, wrap } from './text-layout.js';

/** A step by its parts and the whole run by its own, where they are known; then what comes of them. */
export function timeLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction, target } = report;
  if (isUnavailable(prediction)) return [];
  const { secondsPerStep, secondsTotal, samplesPerDay, energyJoules } = prediction;
  if (isUnavailable(secondsPerStep)) return wrap(`Not known: ${secondsPerStep.unavailable}.`, width);
  const step = table(stepName(report), stepTimes(prediction), secondsPerStep, paint, width);
  const run = table(runName(report), runTimes(report), secondsTotal, paint, width);
  const shown = (reading: Reading<number>, format: (value: number) => string) =>
    isUnavailable(reading) ? `not known: ${reading.unavailable}` : format(reading);
  return [
    ...(target.task === 'infer' ? [...run, ...step] : [...step, ...run]),
    ...hanging('Throughput: ', shown(samplesPerDay, formatSamplesPerDay), width),
    ...hanging('Energy: ', shown(energyJoules, energyText), width),
  ];
}

const energyText = (joules: number) => `${formatEnergy(joules)} at most, at the power limit`;

function table(name: string, rows: TimeRow[], total: Reading<number>, paint: Paint, width: number): string[] {
  if (isUnavailable(total) || rows.length === 0) return [];
  const { unit, format } = secondsColumn([total]);
  const room = width - 33;
  return [
    shadedBar(
      rows.map(({ seconds }) => seconds),
      total,
      paint,
      width,
    ),
    ...rows.map(
      (row, index) =>
        `${shadeOf(index, paint)} ${toWidth(row.name, room)} ${toWidth(row.evidence, 10)}` +
        `${toWidth(format(row.seconds), 10, 'right')} ${toWidth(formatPercent(row.seconds / (total || 1), 1), 8, 'right')}`,
    ),
    paint(
      `  ${toWidth(`${name}, ${unit} (${formatSeconds(total)})`, room)} ${toWidth('', 10)}${toWidth(format(total), 10, 'right')}`,
      'bold',
    ),
  ];
}
