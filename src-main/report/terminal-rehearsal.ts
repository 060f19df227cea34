import { conditionsBrief, slowedBy } from '../../src-renderer/report/condition-words.js';
import {
  type ComparedFigure,
  comparedFigures,
  comparedUpstream,
  deviceName,
  endSentence,
  graphLine,
  lastAttempt,
  partsHeld,
  provesLines,
  rehearsalWords,
  rehearsedIn,
  unheldDevices,
  upstreamSentence,
} from '../../src-renderer/report/rehearsal-words.js';
import { flagsLine } from '../../src-renderer/report/setting-words.js';
import { isUnavailable, type Reading } from '../contract/evidence.js';
import { formatGiB, formatSeconds } from '../contract/format.js';
import type { Rehearsal, RehearsalAttempt, RehearsedDevice } from '../contract/rehearsal.js';
import type { Report } from '../contract/report.js';
import { median } from '../probe/statistics.js';
import { glyphs, type Paint, tones } from './terminal-style.js';
import { hanging, toWidth, wrap } from './text-layout.js';

/** The rehearsal: its end, expected against rehearsed, each device, and what it proves; nothing where there was none. */
export function rehearsalLines(report: Report, paint: Paint, width: number): string[] {
  const { rehearsal } = report;
  if (isUnavailable(rehearsal)) return [];
  const attempt = lastAttempt(rehearsal);
  const { word, mark } = rehearsalWords[rehearsal.status];
  const how = `in ${rehearsedIn(rehearsal)}, on ${rehearsal.provider}, in ${formatSeconds(rehearsal.wallSeconds)}`;
  return [
    ...hanging(`${glyphs[mark]} ${word}: `, `rehearsed ${how}. ${endSentence(attempt)}`, width, (label) =>
      paint(label, tones[mark]),
    ),
    ...wrap(`${attempt.bucket}: ${graphLine(attempt)}`, width),
    ...unheldLines(attempt, width),
    ...earlierLines(rehearsal, report, width),
    ...figureLines(
      [
        ...comparedFigures(attempt),
        ...(isUnavailable(rehearsal.upstream) ? [] : comparedUpstream(rehearsal.upstream)),
      ],
      paint,
      width,
    ),
    ...heldLine(attempt, width),
    ...attempt.devices.flatMap((device) => deviceLines(device, width)),
    ...upstreamLines(rehearsal, paint, width),
    ...provesLines(rehearsal).flatMap((text) => hanging('· ', text, width)),
  ];
}

function unheldLines(attempt: RehearsalAttempt, width: number): string[] {
  return unheldDevices(attempt).flatMap(({ names, status, where, cause }) => {
    const { word, mark } = rehearsalWords[status];
    return hanging(
      `${glyphs[mark]} `,
      `${names}: ${word}${where === '' ? '' : ` ${where}`}: ${cause}`,
      width,
    );
  });
}

function earlierLines({ attempts }: Rehearsal, { target }: Report, width: number): string[] {
  return attempts.slice(0, -1).flatMap((attempt) => {
    const flags = flagsLine(attempt.settings, target.buckets.length);
    return [
      ...hanging('Before that: ', `${flags}: ${rehearsalWords[attempt.status].word}`, width),
      ...unheldLines(attempt, width),
    ];
  });
}

const cell = (reading: Reading<string>) => (isUnavailable(reading) ? '–' : reading);

function figureLines(figures: readonly ComparedFigure[], paint: Paint, width: number): string[] {
  const room = width - 36;
  const line = (name: string, cells: readonly string[]) =>
    `${toWidth(name, room)}${cells.map((text, index) => toWidth(text, index === 2 ? 10 : 13, 'right')).join('')}`;
  return [
    paint(line('', ['expected', 'rehearsed', 'error']), 'dim'),
    ...figures.flatMap(({ name, expected, rehearsed, error }) => [
      line(name, [cell(expected), cell(rehearsed), error]),
      ...[expected, rehearsed]
        .filter(isUnavailable)
        .flatMap(({ unavailable }) => hanging('  – ', unavailable, width)),
    ]),
  ];
}

function heldLine(attempt: RehearsalAttempt, width: number): string[] {
  if (attempt.status !== 'held') return [];
  const { runBytes, ballastBytes } = partsHeld(attempt);
  return wrap(
    `Of that ${formatGiB(runBytes)} ran in the graph, and ${formatGiB(ballastBytes)} were ballast.`,
    width,
  );
}

/** A device's steps, peak, margin, and how it fared. */
function deviceLines(device: RehearsedDevice, width: number): string[] {
  const { stepSeconds, peakBytes, deviceBytes, marginBytes } = device;
  const slowed = slowedBy(device);
  const warm = stepSeconds.slice(1);
  const facts = [
    stepSeconds.length === 1 ? '1 step' : `${stepSeconds.length} steps`,
    ...(warm.length === 0 ? [] : [`median ${formatSeconds(median(warm))}`]),
    `peak ${isUnavailable(peakBytes) ? 'not known' : formatGiB(peakBytes)}`,
    ...(isUnavailable(deviceBytes) ? [] : [`taken ${formatGiB(deviceBytes)}`]),
    `margin ${isUnavailable(marginBytes) ? 'not known' : formatGiB(marginBytes)}`,
    conditionsBrief(device),
    slowed.length === 0 ? '' : `held down by ${slowed.join(', ')}`,
  ].filter(Boolean);
  return hanging(`${deviceName(device)}: `, facts.join(', '), width);
}

function upstreamLines({ upstream }: Rehearsal, paint: Paint, width: number): string[] {
  if (isUnavailable(upstream)) return [];
  const { word, mark } = rehearsalWords[upstream.status];
  const text = [`Open-Sora’s own code: ${word}.`, upstreamSentence(upstream), upstream.cause];
  return hanging(`${glyphs[mark]} `, text.filter(Boolean).join(' '), width, (label) =>
    paint(label, tones[mark]),
  );
}
