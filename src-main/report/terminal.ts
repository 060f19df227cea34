import {
  checkWords,
  deviceLine,
  targetLine,
  verdictWords,
  weakestEvidence,
} from '../../src-renderer/report/words.js';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { formatChange, formatCount, formatGiB, formatGiBRange, formatSeconds } from '../contract/format.js';
import type { Report } from '../contract/report.js';
import { printable } from './printable.js';
import { gridLines } from './terminal-grid.js';
import { partLines } from './terminal-parts.js';
import { glyphs, type Paint, painter, type TerminalOptions, tones } from './terminal-style.js';
import { cellsOf, toWidth, wrap } from './text-layout.js';

/** The report in the page's order and words, in lines that fit the width. Its first line has the verdict. */
export function renderTerminal(report: Report, { color, width }: TerminalOptions): string {
  const shown = printable(report);
  const paint = painter(color);
  const title = (text: string) => ['', ...wrap(text, width).map((line) => paint(line, 'bold'))];
  const lines = [
    ...verdictLines(shown, paint, width),
    '',
    ...factLines(shown, paint, width),
    ...title('Why'),
    ...shown.verdict.reasons.flatMap(({ status, text, evidence }) =>
      statusLines(status, `${text} [${evidence}]`, paint, width),
    ),
    ...title('Changes'),
    ...changeLines(shown, paint, width),
    ...title('Memory on each GPU, GiB'),
    ...partLines(shown, paint, width),
    ...(shown.probes.length > 0 ? title('One block by batch and frames: live GiB over median time') : []),
    ...gridLines(shown, paint, width),
    ...title('Checks'),
    ...shown.machine.checks.flatMap(({ status, text, action }) =>
      statusLines(status, text, paint, width).concat(
        action ? hanging(' '.repeat(14), `→ ${action}`, width) : [],
      ),
    ),
    ...title('Not tested'),
    ...[...shown.notTested, `Rehearsal: ${shown.rehearsal.unavailable}`].flatMap((text) =>
      hanging(`${glyphs.none} `, text, width),
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** A label and a text that hangs beside it on as many lines as it needs. */
function hanging(label: string, text: string, width: number, dye = (part: string) => part): string[] {
  const [first = '', ...rest] = wrap(text, width - label.length);
  return [dye(label) + first, ...rest.map((line) => ' '.repeat(label.length) + line)];
}

function verdictLines({ verdict, state }: Report, paint: Paint, width: number): string[] {
  const { word, mark } = verdictWords[verdict.status];
  const headline = `${verdict.headline}${state === 'cancelled' ? ' (The sweep was cancelled.)' : ''}`;
  return hanging(`${glyphs[mark]} ${word}: `, headline, width, (label) => paint(label, 'bold', tones[mark]));
}

function statusLines(status: keyof typeof checkWords, text: string, paint: Paint, width: number): string[] {
  const { word, mark } = checkWords[status];
  return hanging(toWidth(`${glyphs[mark]} ${word}`, 14), text, width, (label) => paint(label, tones[mark]));
}

function factLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction, verdict, target, judgedGpu } = report;
  const value = <T>(reading: Reading<T>, show: (known: T) => string) =>
    isUnavailable(reading) ? `not known: ${reading.unavailable}` : show(reading as T);
  const facts: [string, string][] = [
    ['Run', targetLine(report)],
    ['Machine', `${report.machine.host.hostname}: ${deviceLine(report)}`],
    [
      'Profile',
      `${report.profile} on ${report.device.used} (${report.device.reason}), ${formatSeconds(report.wallSeconds)}`,
    ],
    [
      'Peak',
      value(prediction, ({ peakBytesPerGpu, interval, parts }) => {
        const range = formatGiBRange(interval.peakBytes);
        return `${formatGiB(peakBytesPerGpu)} on each GPU (${range}) [${weakestEvidence(parts)}]`;
      }),
    ],
    [
      'Free',
      value(verdict.freeBytes, (bytes) => {
        const where = judgedGpu ? ` on ${judgedGpu.name} [published]` : ' [measured]';
        return `${formatGiB(bytes)}${where}, ${formatGiB(verdict.reserveBytes)} kept back`;
      }),
    ],
    [
      'Step',
      value(prediction, ({ secondsPerStep, secondsPerStepEvidence }) =>
        value(secondsPerStep, (seconds) => `${formatSeconds(seconds)} [${secondsPerStepEvidence}]`),
      ),
    ],
    ...(isUnavailable(prediction) || isUnavailable(prediction.secondsTotal)
      ? []
      : [[wholeRun(target), formatSeconds(prediction.secondsTotal)] as [string, string]]),
  ];
  const labelWidth = Math.max(...facts.map(([name]) => name.length)) + 2;
  return facts.flatMap(([name, text]) =>
    hanging(toWidth(name, labelWidth), text, width, (label) => paint(label, 'dim')),
  );
}

function wholeRun(target: Report['target']): string {
  if (target.task === 'infer') return `${formatCount(target.samplingSteps)} steps`;
  return target.steps === null ? 'Whole run' : `${formatCount(target.steps)} steps`;
}

function changeLines({ recommendation }: Report, paint: Paint, width: number): string[] {
  if (isUnavailable(recommendation)) return wrap(`None recommended: ${recommendation.unavailable}.`, width);
  if (recommendation.changes.length === 0) return ['None: the target stays as it is.'];
  const rows = recommendation.changes.map(({ setting, from, to, bytes, seconds }) => [
    setting,
    from,
    to,
    formatChange(bytes, formatGiB),
    isUnavailable(seconds) ? 'not known' : formatChange(seconds, formatSeconds),
  ]);
  const sizes = [width - 50, 10, 10, 15, 15];
  // Settings are acted on, so none is cut: where a table has no room, each is a sentence.
  if (rows.some((row) => row.some((cell, index) => cellsOf(cell) >= sizes[index]!))) {
    return rows.flatMap(([setting, from, to, memory, step]) =>
      hanging('→ ', `${setting}: ${from} to ${to}; memory ${memory}, step ${step}`, width),
    );
  }
  const line = (cells: string[]) =>
    cells.map((cell, index) => toWidth(cell, sizes[index]!, index === 0 ? 'left' : 'right')).join('');
  return [paint(line(['Setting', 'from', 'to', 'memory', 'step']), 'dim'), ...rows.map(line)];
}
