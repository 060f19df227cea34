import { hostOfNode, leftOver, partsByPhase } from '../../src-renderer/report/figures.js';
import { phaseWords } from '../../src-renderer/report/words.js';
import { isUnavailable } from '../contract/evidence.js';
import { formatGiB, formatGiBRange, gib } from '../contract/format.js';
import type { Phase, Prediction, Report } from '../contract/report.js';
import type { Paint } from './terminal-style.js';
import { hanging, toWidth, wrap } from './text-layout.js';

/** `69.9–73.0`, for a column whose head has the unit. */
export const rangeCell = (range: [number, number]) => formatGiBRange(range).replace(' GiB', '');

/** What is left, with a minus where it is missing; a dash where it is not known. */
export const leftCell = (bytes: number | null) =>
  bytes === null ? '–' : `${bytes < 0 ? '−' : ''}${gib(Math.abs(bytes), 2)}`;

/** Each phase's sum and interval, what is left at its top, and what it holds that the peak does not. */
export function phaseLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction } = report;
  if (isUnavailable(prediction) || prediction.phases.length < 2) return [];
  const sizes = [width - 33, 8, 14, 11];
  const line = (cells: string[]) =>
    cells.map((cell, index) => toWidth(cell, sizes[index]!, index === 0 ? 'left' : 'right')).join('');
  return [
    paint(line(['', 'peak', 'interval', 'left over']), 'dim'),
    ...prediction.phases.flatMap((phase, place) => [
      line([
        `${phaseWords[phase.id]}${phase.id === prediction.phase ? ' (peak)' : ''}`,
        gib(phase.bytes, 2),
        rangeCell(phase.range),
        leftCell(leftOver(report, phase.range)),
      ]),
      ...ownParts(prediction, phase, place).flatMap((text) =>
        hanging('  + ', text, width, (label) => paint(label, 'dim')),
      ),
    ]),
  ];
}

function ownParts(prediction: Prediction, phase: Phase, place: number): string[] {
  if (phase.id === prediction.phase) return [];
  return partsByPhase(prediction)
    .filter(({ part, bytes }) => bytes[place]! > 0 && !prediction.parts.some(({ id }) => id === part.id))
    .map(({ part, bytes }) => `${part.name}, ${gib(bytes[place]!, 2)} [${part.evidence}]`);
}

/** Host memory of a rank by part, and of all the ranks of a node. */
export function hostLines(report: Report, paint: Paint, width: number): string[] {
  const { prediction } = report;
  if (isUnavailable(prediction) || prediction.host.parts.length === 0) return [];
  const { bytesPerRank, range, parts } = prediction.host;
  const node = hostOfNode(report);
  const row = (name: string, evidence: string, bytes: number) =>
    `${toWidth(name, width - 19)} ${toWidth(evidence, 10)}${toWidth(gib(bytes, 2), 8, 'right')}`;
  return [
    ...parts.map((part) => row(part.name, part.evidence, part.bytes)),
    paint(row(`Each rank (${rangeCell(range)})`, '', bytesPerRank), 'bold'),
    ...(node.ranks > 1
      ? wrap(
          `${node.ranks} ranks on a node: ${formatGiB(node.bytes)}, at the interval’s top ${formatGiB(node.top)}.`,
          width,
        )
      : []),
    ...(node.free === null ? [] : wrap(`${formatGiB(node.free)} is free on this host.`, width)),
  ];
}
