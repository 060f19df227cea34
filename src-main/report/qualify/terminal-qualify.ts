import { checkWords } from '../../../src-renderer/report/words.js';
import { isUnavailable, known } from '../../contract/evidence.js';
import { formatChange, formatCount, formatDate, formatGiB, formatPercent } from '../../contract/format.js';
import { countNames } from '../../contract/gpu-names.js';
import { pointKey, sizedPointName } from '../../contract/point-key.js';
import { printable } from '../../contract/printable.js';
import type { JudgedMachine, Qualification, Repeat, Rule, Trend } from '../../contract/qualification.js';
import { glyphs, type Paint, painter, type TerminalOptions, tones } from '../terminal-style.js';
import { columnLines, hanging, toWidth, wrap } from '../text-layout.js';
import { percentOf } from './qualification.js';

const labelWidth = 14;

/** A qualification in lines that fit the width: each machine's answer first, then what failed, then the figures. */
export function renderQualification(given: Qualification, { color, width }: TerminalOptions): string {
  const { machines, baseline, tolerance, repeats, notes } = printable(given);
  const paint = painter(color);
  const reports = `${baseline.reports} ${baseline.reports === 1 ? 'report' : 'reports'}`;
  const against = `Baseline of ${reports}, made ${formatDate(baseline.createdAt)}; tolerance ${percentOf(tolerance)}.`;
  const lines = [
    ...machines.flatMap((machine) => [...machineLines(machine, paint, width), '']),
    ...(repeats.length === 0 ? [] : [...repeatLines(repeats, machines.length, paint, width), '']),
    ...wrap(against, width),
    ...notes.flatMap((note) => hanging('▲ ', note, width, (label) => paint(label, 'yellow'))),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function machineLines(machine: JudgedMachine, paint: Paint, width: number): string[] {
  const { hostname, gpus, qualified, rules, report, trend } = machine;
  const of = (status: Rule['status']) => rules.filter((rule) => rule.status === status);
  const mark = qualified ? 'pass' : 'fail';
  const answer = qualified ? 'Qualified' : 'Not qualified';
  const counts = (['pass', 'fail', 'look', 'not-tested'] as const)
    .map((status) => `${of(status).length} ${checkWords[status].word}`)
    .join(', ');
  return [
    ...hanging(
      `${glyphs[mark]} ${answer}: `,
      `${hostname} (${countNames(gpus) || 'no GPU'}), measured ${formatDate(report.createdAt)}. Rules: ${counts}.`,
      width,
      (label) => paint(label, 'bold', tones[mark]),
    ),
    ...(['fail', 'look', 'not-tested'] as const).flatMap((status) =>
      of(status).flatMap((rule) => ruleLines(rule, paint, width)),
    ),
    ...figureLines(rules, paint, width),
    ...trendLines(trend, paint, width),
  ];
}

function ruleLines({ id, status, text }: Rule, paint: Paint, width: number): string[] {
  const { word, mark } = checkWords[status];
  const said = id.startsWith('check:') ? `${id.slice('check:'.length)}: ${text}` : `${id}: ${text}`;
  return hanging(toWidth(`${glyphs[mark]} ${word}`, labelWidth), said, width, (label) =>
    paint(label, tones[mark]),
  );
}

/** Each point with its throughput and memory beside their limits; the name has a line of its own. */
function figureLines(rules: readonly Rule[], paint: Paint, width: number): string[] {
  const points = new Map<string, { name: string; rules: Map<string, Rule> }>();
  for (const rule of rules) {
    if (rule.point === null || (rule.id !== 'throughput' && rule.id !== 'memory')) continue;
    const key = pointKey(rule.point);
    const row = points.get(key) ?? { name: sizedPointName(rule.point), rules: new Map() };
    row.rules.set(rule.id, rule);
    points.set(key, row);
  }
  if (points.size === 0) return [];
  return [
    ...columnLines(['tokens/s', 'at least', 'margin', 'memory', 'at most', 'margin'], widths, width).map(
      (line) => paint(line, 'dim'),
    ),
    ...[...points.values()].flatMap((row) => [
      ...wrap(row.name, width),
      ...columnLines(
        [...cells(row.rules.get('throughput'), formatCount), ...cells(row.rules.get('memory'), formatGiB)],
        widths,
        width,
      ),
    ]),
  ];
}

function cells(rule: Rule | undefined, format: (value: number) => string): [string, string, string] {
  if (rule === undefined || rule.status === 'not-tested') return ['–', '–', '–'];
  const [value, margin] = [known(rule.value), known(rule.margin)];
  return [
    typeof value === 'number' ? format(value) : 'not read',
    typeof rule.limit === 'number' ? format(rule.limit) : rule.limit,
    margin === undefined ? '–' : formatChange(margin, (size) => formatPercent(size)),
  ];
}

const widths = [15, 13, 10, 14, 14, 10];

function trendLines(trend: JudgedMachine['trend'], paint: Paint, width: number): string[] {
  if (isUnavailable(trend)) return wrap(`Trend: ${trend.unavailable}.`, width);
  if (trend.length === 0) return wrap('Trend: no point was measured often enough before.', width);
  const flagged = trend.filter((one) => one.flagged);
  if (flagged.length === 0)
    return wrap(`Trend: ${trend.length} figures, none changed by more than its own noise.`, width);
  return flagged.flatMap((one) =>
    hanging(toWidth('▲ trend', labelWidth), trendText(one), width, (label) => paint(label, 'yellow')),
  );
}

function trendText({ point, metric, value, earlier, change }: Trend): string {
  const format = metric === 'memory' ? formatGiB : (figure: number) => `${formatCount(figure)} tokens/s`;
  return `${metric} of ${sizedPointName(point)}: ${format(value)}, ${formatChange(change, (size) => formatPercent(size))} against the median of ${earlier.runs} earlier runs, ${format(earlier.median)} (their own noise ± ${formatPercent(earlier.deviation / earlier.median)})`;
}

function repeatLines(repeats: readonly Repeat[], reports: number, paint: Paint, width: number): string[] {
  return [
    paint(`Spread over the ${reports} reports`, 'bold'),
    ...repeats
      .filter(({ metric }) => metric === 'throughput')
      .flatMap(({ point, median, spread }) =>
        hanging(
          '  ',
          `${sizedPointName(point)}: median ${formatCount(median)} tokens/s, ± ${formatPercent(spread)}`,
          width,
        ),
      ),
  ];
}
