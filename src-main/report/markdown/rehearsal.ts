import {
  type ComparedFigure,
  comparedFigures,
  comparedUpstream,
  deviceName,
  endSentence,
  fullestDevice,
  graphLine,
  lastAttempt,
  partsHeld,
  provesLines,
  rehearsalWords,
  rehearsedIn,
  rehearsingCommand,
  unheldDevices,
  upstreamSentence,
} from '../../../src-renderer/report/rehearsal-words.js';
import { flagsLine } from '../../../src-renderer/report/setting-words.js';
import { isUnavailable, type Reading } from '../../contract/evidence.js';
import { formatGiB, formatSeconds, gib } from '../../contract/format.js';
import type { Rehearsal, RehearsalAttempt } from '../../contract/rehearsal.js';
import type { Report } from '../../contract/report.js';
import { code, inline, list, table } from './text.js';

/** The rehearsal, or why there is none and what would make it. */
export function rehearsal(report: Report): string[] {
  const made = report.rehearsal;
  if (isUnavailable(made)) {
    const command = rehearsingCommand(report);
    return [
      inline(`Not rehearsed: ${made.unavailable}.`),
      ...(command === null ? [] : ['', ...code(command)]),
    ];
  }
  const attempt = lastAttempt(made);
  const { word } = rehearsalWords[made.status];
  return [
    inline(
      `Rehearsed in ${rehearsedIn(made)}, on ${made.provider}, in ${formatSeconds(made.wallSeconds)}: ${word}. ${endSentence(attempt)}`,
    ),
    '',
    ...list([
      ...unheld(attempt),
      `${attempt.bucket}: ${graphLine(attempt)}`,
      ...earlier(made, report.target.buckets.length),
      ...provesLines(made),
    ]),
    '',
    ...comparedTable([
      ...comparedFigures(attempt),
      ...(isUnavailable(made.upstream) ? [] : comparedUpstream(made.upstream)),
    ]),
    '',
    ...heldTable(attempt),
    ...upstream(made),
  ];
}

function unheld(attempt: RehearsalAttempt): string[] {
  return unheldDevices(attempt).map(
    ({ names, status, where, cause }) =>
      `${names}: ${rehearsalWords[status].word}${where === '' ? '' : ` ${where}`}: ${cause}`,
  );
}

/** Settings that were rehearsed before the last ones. */
function earlier({ attempts }: Rehearsal, buckets: number): string[] {
  return attempts
    .slice(0, -1)
    .flatMap((attempt) => [
      `Before that with ${flagsLine(attempt.settings, buckets)}: ${rehearsalWords[attempt.status].word}`,
      ...unheld(attempt),
    ]);
}

const cell = (reading: Reading<string>) => (isUnavailable(reading) ? `– (${reading.unavailable})` : reading);

function comparedTable(figures: readonly ComparedFigure[]): string[] {
  return table(
    [
      { name: 'Figure' },
      { name: 'Expected', right: true },
      { name: 'Rehearsed', right: true },
      { name: 'Error', right: true },
    ],
    figures.map(({ name, expected, rehearsed, error }) => [name, cell(expected), cell(rehearsed), error]),
  );
}

/** What was held, part by part, and what each device had left. */
function heldTable(attempt: RehearsalAttempt): string[] {
  const { run, ballast } = partsHeld(attempt);
  const device = fullestDevice(attempt);
  const figure = (reading: Reading<number>) =>
    isUnavailable(reading) ? `– (${reading.unavailable})` : gib(reading, 2);
  return table(
    [{ name: `On ${deviceName(device)}` }, { name: 'GiB', right: true }, { name: 'How' }],
    [
      ...run.map(({ name, bytes, note }) => [name, gib(bytes, 2), `run: ${note}`]),
      ...ballast.map(({ name, bytes, note }) => [name, gib(bytes, 2), `ballast: ${note}`]),
      ['In use at the peak', figure(device.peakBytes), 'rehearsed'],
      ['Margin', figure(device.marginBytes), ''],
    ],
  );
}

function upstream({ upstream: own }: Rehearsal): string[] {
  if (isUnavailable(own)) return [];
  const { status, cause, stepSeconds, peakReservedBytes, torch, commit, command } = own;
  const text = (reading: Reading<string>) => (isUnavailable(reading) ? 'not known' : reading);
  return [
    '',
    inline(
      `Open-Sora’s own code: ${rehearsalWords[status].word}. ${upstreamSentence(own)} Steps: ${stepSeconds.map(formatSeconds).join(', ') || 'none'}; PyTorch ${text(torch)} reserved ${isUnavailable(peakReservedBytes) ? 'not known' : formatGiB(peakReservedBytes)}; commit ${text(commit)}. ${cause}`,
    ),
    '',
    ...code(command),
  ];
}
