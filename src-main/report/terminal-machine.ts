import { memoryRows } from '../../src-renderer/machine/memory-rows.js';
import { hostLines, rateRows } from '../../src-renderer/report/host-words.js';
import {
  columnOf,
  gpuColumns,
  holders,
  type Line,
  terminalLines,
  unreadOfGpus,
} from '../../src-renderer/report/machine-words.js';
import { type CheckGroup, checkGroups, checkWords } from '../../src-renderer/report/words.js';
import { isUnavailable, known, type Reading } from '../contract/evidence.js';
import { formatGiB, gib } from '../contract/format.js';
import { withoutIndex } from '../contract/gpu-names.js';
import type { Gpu, Machine } from '../contract/machine.js';
import { printable } from '../contract/printable.js';
import { shadedBar } from './terminal-bar.js';
import { glyphs, painter } from './terminal-style.js';
import { cellsOf, hanging, toWidth, wrap } from './text-layout.js';

const width = 80;
const paint = painter(false);

/** A machine for a terminal of 80 columns. */
export function renderMachine(read: Machine): string {
  const machine = printable(read);
  const { gpus, host, providers, checks } = machine;
  const nvidia = gpus.filter(({ vendor }) => vendor === 'nvidia');
  const { lines: hostShown, unread: hostUnread } = hostLines(machine);
  const rates = rateRows(machine.rates);
  const lines = [
    ...wrap(host.hostname, width),
    ...named(hostShown),
    ...unread(hostUnread),
    '',
    ...(gpus.length === 0 ? ['no GPU'] : gpus.flatMap(gpuLines)),
    ...section('How they fare', table(nvidia)),
    ...section('How they are set', [...named(terminalLines(nvidia)), ...unread(unreadOfGpus(nvidia))]),
    ...section('Rates', [
      ...named(rates.rows.map((row) => [row.name, rateText(row)] as const)),
      ...unread(rates.unread),
    ]),
    '',
    ...providers.flatMap(({ device, usable, reason }) =>
      hanging(`${glyphs[usable ? 'pass' : 'fail']} ${device.padEnd(7)} `, reason, width),
    ),
    '',
    ...checkGroups(checks).flatMap(checkLines),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

const section = (title: string, lines: string[]) => (lines.length === 0 ? [] : ['', title, ...lines]);

function named(lines: readonly Line[]): string[] {
  const label = Math.min(30, Math.max(0, ...lines.map(([name]) => name.length)) + 2);
  return lines.flatMap(([name, text]) => hanging(`  ${toWidth(name, label)}`, text, width));
}

/** Grouped by reason, so that what is missing takes a line and not a wall. */
function unread(lines: readonly Line[]): string[] {
  return lines.flatMap(([reason, names]) => hanging('  ', `Not read (${reason}): ${names}`, width));
}

function gpuLines(gpu: Gpu): string[] {
  const { freeBytes, totalBytes } = gpu.memory;
  const [free, total] = [known(freeBytes), known(totalBytes)];
  const memory = free === undefined ? text(freeBytes) : `${formatGiB(free)} free of ${bytes(totalBytes)}`;
  const bar =
    free === undefined || total === undefined
      ? []
      : [`  ${shadedBar([total - free], total, paint, 40)} ${gib(total - free)} GiB taken`];
  return [
    ...hanging(`GPU ${gpu.index ?? withoutIndex(gpu)}: `, `${gpu.name}, ${memory}`, width),
    ...bar,
    ...instanceLines(gpu),
    ...(gpu.runsOpenSora.ok ? [] : hanging('  cannot run Open-Sora: ', gpu.runsOpenSora.reason, width)),
    ...holders(gpu).flatMap((holder) => hanging('  held by ', holder, width)),
  ];
}

/** The instances that MIG cut of a GPU, by their own memory. */
function instanceLines(gpu: Gpu): string[] {
  return memoryRows([gpu])
    .filter(({ isInstance }) => isInstance)
    .flatMap(({ label, detail, free, total }) =>
      // A label takes its width from the text: what a device calls itself belongs into the text.
      hanging('  ', `${label}: ${bytes(free)} free of ${bytes(total)} (${detail})`, width),
    );
}

/** A row for each NVIDIA GPU that says how it fares; nothing where none says anything. */
function table(nvidia: readonly Gpu[]): string[] {
  const readable = nvidia.filter(({ detail }) => !isUnavailable(detail));
  if (!readable.some((gpu) => gpuColumns.some((column) => !isUnavailable(columnOf(gpu, column))))) return [];
  const rows = [
    ['', ...gpuColumns.map(({ name }) => name)],
    ...readable.map((gpu) => [
      `GPU ${gpu.index ?? '–'}`,
      ...gpuColumns.map((column) => known(columnOf(gpu, column)) ?? '–'),
    ]),
  ];
  // As wide as its longest cell: a figure that is cut is another figure.
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => cellsOf(row[column]!))));
  const taken = widths.reduce((sum, cells) => sum + cells, 2);
  const gap = ' '.repeat(taken + 2 * gpuColumns.length > width ? 1 : 2);
  return rows.map(([name = '', ...cells]) => {
    const figures = cells.map((cell, column) => gap + toWidth(cell, widths[column + 1]!, 'right'));
    return toWidth(`  ${toWidth(name, widths[0]!)}${figures.join('')}`, width);
  });
}

const rateText = (row: ReturnType<typeof rateRows>['rows'][number]) =>
  [
    row.highest === '' ? row.lowest : `${row.lowest} to ${row.highest}`,
    row.share === '' ? 'what is achieved is not known' : `${row.share} of ${row.achieved}`,
  ].join(', ');

function checkLines({ ids, status, text: what, action }: CheckGroup): string[] {
  const { word, mark } = checkWords[status];
  return [
    ...hanging(toWidth(`${glyphs[mark]} ${word}`, 14), `${what} [${ids.join(', ')}]`, width),
    ...(action ? hanging(' '.repeat(14), `→ ${action}`, width) : []),
  ];
}

function bytes(value: Reading<number>): string {
  const count = known(value);
  return count === undefined ? text(value) : formatGiB(count);
}

function text(value: Reading<string | number>): string {
  return isUnavailable(value) ? `unavailable (${value.unavailable})` : String(value);
}
