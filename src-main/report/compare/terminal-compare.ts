import { editedNote, probeWords, verdictWords } from '../../../src-renderer/report/words.js';
import {
  type ComparedPoint,
  type ComparedReport,
  type Comparison,
  type Difference,
  memoryKindOf,
  type PairComparison,
} from '../../contract/comparison.js';
import { isUnavailable, type Reading } from '../../contract/evidence.js';
import { formatChange, formatDate, formatGiB, formatPercent, formatSeconds } from '../../contract/format.js';
import { sizedPointName } from '../../contract/point-key.js';
import { printable } from '../../contract/printable.js';
import { type Paint, painter, type TerminalOptions } from '../terminal-style.js';
import { columnLines, hanging, wrap } from '../text-layout.js';

/** A comparison in lines that fit the width: the reports by letter, then each against the first. */
export function renderComparison(given: Comparison, { color, width }: TerminalOptions): string {
  const { first, pairs } = printable(given);
  const paint = painter(color);
  const lines = [
    ...nameLines('A', first, paint, width),
    ...pairs.flatMap(({ other }, index) => nameLines(letter(index + 1), other, paint, width)),
    ...pairs.flatMap((pair, index) => ['', ...pairLines(pair, letter(index + 1), paint, width)]),
    '',
    ...wrap(
      'Change: the median of all samples of a step, with the interval that their noise leaves (90 % or more). It is the noise within one process; from run to run there is more, which `preflight qualify` tells of several reports.',
      width,
    ).map((line) => paint(line, 'dim')),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** A to Z, and then by number. */
const letter = (index: number) => (index < 26 ? String.fromCharCode(65 + index) : `#${index + 1}`);

function nameLines(name: string, report: ComparedReport, paint: Paint, width: number): string[] {
  const text = `${report.hostname}, ${formatDate(report.createdAt)} (${report.name})`;
  const edited = editedNote(report);
  return [
    ...hanging(`${name}  `, text, width, (label) => paint(label, 'bold')),
    ...(edited === undefined ? [] : hanging('   ▲ ', edited, width, (label) => paint(label, 'yellow'))),
  ];
}

function pairLines(pair: PairComparison, name: string, paint: Paint, width: number): string[] {
  const { points, onlyInFirst, onlyInOther, targetDifferences, machines, verdicts } = pair;
  const counts = `${points.length} common points; only in A: ${onlyInFirst}, only in ${name}: ${onlyInOther}`;
  const kind = memoryKindOf(points);
  const word = (side: 0 | 1) => verdictWords[verdicts[side]].word;
  const readings = (values: readonly [Reading<number>, Reading<number>], format: (value: number) => string) =>
    values
      .map(
        (value, index) =>
          `${index === 0 ? 'A' : name} ${isUnavailable(value) ? 'not known' : format(value as number)}`,
      )
      .join(', ');
  return [
    ...hanging(`${name} against A: `, counts, width, (label) => paint(label, 'bold')),
    ...columnLines(['A', name, 'change', 'noise', `A ${kind}`, name, 'change'], widths, width).map((line) =>
      paint(line, 'dim'),
    ),
    ...points.flatMap((point) => pointLines(point, kind, paint, width)),
    ...hanging('Verdict: ', `A ${word(0)}, ${name} ${word(1)}`, width),
    ...hanging('Predicted peak on each GPU: ', readings(pair.peakBytesPerGpu, formatGiB), width),
    ...hanging('Predicted step: ', readings(pair.secondsPerStep, formatSeconds), width),
    ...(targetDifferences.length === 0
      ? []
      : hanging(
          '▲ ',
          `Not the same run, so verdicts and predictions differ by that too: ${targetDifferences.slice(0, 4).join('; ')}`,
          width,
        )),
    ...(machines.length === 0
      ? ['The machines are alike in all that was read.']
      : [
          paint('What differs in the machines', 'bold'),
          ...machines.flatMap(({ what, values }) =>
            hanging(`  ${what}: `, `A ${values[0]}; ${name} ${values[1]}`, width),
          ),
        ]),
  ];
}

function pointLines(
  compared: ComparedPoint,
  kind: keyof ComparedPoint['memory'],
  paint: Paint,
  width: number,
): string[] {
  const { point, provider, statuses, seconds, memory } = compared;
  const name = wrap(`${sizedPointName(point)}, ${provider}`, width);
  if (statuses.some((status) => status !== 'ok')) {
    const [first, other] = statuses.map((status) => probeWords[status].word);
    return [...name, paint(`  ${first} against ${other}`, 'yellow')];
  }
  return [
    ...name,
    ...columnLines(
      [...figures(seconds, formatSeconds), noiseOf(seconds), ...figures(memory[kind]!, formatGiB)],
      widths,
      width,
    ),
  ];
}

function figures(reading: Reading<Difference>, format: (value: number) => string): string[] {
  if (isUnavailable(reading)) return ['–', '–', '–'];
  const { values, change } = reading;
  return [format(values[0]), format(values[1]), percent(change)];
}

/** `within noise`, or the interval of the change. */
function noiseOf(reading: Reading<Difference>): string {
  if (isUnavailable(reading) || isUnavailable(reading.interval)) return 'noise unknown';
  if (reading.withinNoise === true) return 'within noise';
  const [low, high] = reading.interval;
  return `${percent(low).replace(' %', '')} to ${percent(high)}`;
}

const percent = (change: number) => formatChange(change, (size) => formatPercent(size));

const widths = [11, 11, 10, 18, 10, 10, 9];
