import {
  cancelledNote,
  checkGroups,
  checkWords,
  deviceLine,
  editedNote,
  headlineText,
  phaseWords,
  plannedNote,
  profileLine,
  runName,
  solvedLine,
  stepName,
  targetLine,
  verdictWords,
  weakestEvidence,
} from '../../src-renderer/report/words.js';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { formatGiB, formatGiBRange, formatSeconds } from '../contract/format.js';
import { notTestedLines } from '../contract/not-tested.js';
import { printable } from '../contract/printable.js';
import type { Report } from '../contract/report.js';
import { bucketLines } from './terminal-buckets.js';
import { changeLines } from './terminal-changes.js';
import { gridLines } from './terminal-grid.js';
import { partLines } from './terminal-parts.js';
import { hostLines, phaseLines } from './terminal-phases.js';
import { rehearsalLines } from './terminal-rehearsal.js';
import { glyphs, type Paint, painter, type TerminalOptions, tones } from './terminal-style.js';
import { timeLines } from './terminal-time.js';
import { hanging, toWidth, wrap } from './text-layout.js';

/** The report in the page's order and words, in lines that fit the width. Its first line has the verdict. */
export function renderTerminal(report: Report, { color, width }: TerminalOptions): string {
  const shown = printable(report);
  const paint = painter(color);
  const title = (text: string) => ['', ...wrap(text, width).map((line) => paint(line, 'bold'))];
  /** Nothing where there are no lines. */
  const section = (text: string, lines: string[]) => (lines.length === 0 ? [] : [...title(text), ...lines]);
  const lines = [
    ...verdictLines(shown, paint, width),
    '',
    ...factLines(shown, paint, width),
    ...title('Why'),
    ...shown.verdict.reasons.flatMap(({ status, text, evidence }) =>
      statusLines(status, `${text} [${evidence}]`, paint, width),
    ),
    ...section('Rehearsal', rehearsalLines(shown, paint, width)),
    ...title(
      isUnavailable(shown.recommendation) && !isUnavailable(shown.nearestMiss)
        ? 'Nothing fits: the nearest miss'
        : 'Changes',
    ),
    ...changeLines(shown, paint, width),
    ...section('Memory on each GPU at its peak, GiB', partLines(shown, paint, width)),
    ...section('Memory on each GPU by phase, GiB', phaseLines(shown, paint, width)),
    ...section('Buckets: peak on each GPU in GiB, and step', bucketLines(shown, paint, width)),
    ...section('Time', timeLines(shown, paint, width)),
    ...section('Host memory of each rank, GiB', hostLines(shown, paint, width)),
    ...section(
      'One block by batch and frames: live GiB, median time, how the GPU fared',
      gridLines(shown, paint, width),
    ),
    ...section(
      'Checks',
      checkGroups(shown.machine.checks).flatMap(({ status, text, action }) =>
        statusLines(status, text, paint, width).concat(
          action ? hanging(' '.repeat(14), `→ ${action}`, width) : [],
        ),
      ),
    ),
    ...section(
      'Assumed',
      shown.assumptions.flatMap((text) => hanging('· ', text, width)),
    ),
    ...title('Not tested'),
    ...notTestedLines(shown).flatMap((text) => hanging(`${glyphs.none} `, text, width)),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function verdictLines(report: Report, paint: Paint, width: number): string[] {
  const { verdict } = report;
  const { word, mark } = verdictWords[verdict.status];
  const cancelled = cancelledNote(report);
  const edited = editedNote(report);
  const planned = plannedNote(report);
  const solved = solvedLine(report);
  return [
    ...hanging(`${glyphs[mark]} ${word}: `, headlineText(verdict), width, (label) =>
      paint(label, 'bold', tones[mark]),
    ),
    ...(edited === undefined
      ? []
      : hanging(`${glyphs.fail} `, edited, width, (label) => paint(label, tones.fail))),
    ...(cancelled === undefined ? [] : hanging('  ', cancelled, width)),
    ...(solved === undefined ? [] : hanging('  ', solved, width)),
    ...(planned === undefined ? [] : hanging('  ', planned, width)),
  ];
}

function statusLines(status: keyof typeof checkWords, text: string, paint: Paint, width: number): string[] {
  const { word, mark } = checkWords[status];
  return hanging(toWidth(`${glyphs[mark]} ${word}`, 14), text, width, (label) => paint(label, tones[mark]));
}

function factLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction, verdict, judgedGpu, device } = report;
  const value = <T>(reading: Reading<T>, show: (known: T) => string) =>
    isUnavailable(reading) ? `not known: ${reading.unavailable}` : show(reading as T);
  const facts: [string, string][] = [
    ['Run', targetLine(report)],
    [
      device.used === 'none' ? 'Planned on' : 'Machine',
      `${report.machine.host.hostname}: ${deviceLine(report)}`,
    ],
    ['Profile', `${profileLine(report)} (${device.reason}), ${formatSeconds(report.wallSeconds)}`],
    [
      'Peak',
      value(prediction, ({ peakBytesPerGpu, interval, parts, phase }) => {
        const range = formatGiBRange(interval.peakBytes);
        return `${formatGiB(peakBytesPerGpu)} on each GPU (${range}; phase: ${phaseWords[phase].toLowerCase()}) [${weakestEvidence(parts)}]`;
      }),
    ],
    [
      'Free',
      value(verdict.freeBytes, (bytes) => {
        const where = judgedGpu ? ` on ${judgedGpu.name} (${judgedGpu.source})` : ' [measured]';
        return `${formatGiB(bytes)}${where}, ${formatGiB(verdict.reserveBytes)} kept back`;
      }),
    ],
    [
      stepName(report),
      value(prediction, ({ secondsPerStep, secondsPerStepEvidence }) =>
        value(secondsPerStep, (seconds) => `${formatSeconds(seconds)} [${secondsPerStepEvidence}]`),
      ),
    ],
    ...(isUnavailable(prediction) || isUnavailable(prediction.secondsTotal)
      ? []
      : [[runName(report), formatSeconds(prediction.secondsTotal)] as [string, string]]),
  ];
  const labelWidth = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.flatMap(([name, text]) =>
    hanging(toWidth(name, labelWidth), text, width, (label) => paint(label, 'dim')),
  );
}
