import { agreementRows } from '../../../src-renderer/report/agreement-words.js';
import { leftOver } from '../../../src-renderer/report/figures.js';
import { failuresOf, seriesOf } from '../../../src-renderer/report/series.js';
import { nearestMissSentences, settingName } from '../../../src-renderer/report/setting-words.js';
import {
  checkWords,
  deviceLine,
  editedNote,
  headlineText,
  integrityWords,
  plannedNote,
  probeWords,
  profileLine,
  runName,
  solvedLine,
  stepName,
  targetLine,
  verdictWords,
} from '../../../src-renderer/report/words.js';
import { isUnavailable, known, type Reading } from '../../contract/evidence.js';
import {
  formatChange,
  formatDate,
  formatGiB,
  formatGiBRange,
  formatSeconds,
  gib,
} from '../../contract/format.js';
import { notTestedLines } from '../../contract/not-tested.js';
import type { Report } from '../../contract/report.js';
import { settingsToPaste } from '../settings-to-paste.js';
import { rehearsal } from './rehearsal.js';
import { code, inline, list, table } from './text.js';

/** The report for an issue or a chat: the order of the page, in GitHub's Markdown. */
export function renderMarkdown(report: Report): string {
  const { word } = verdictWords[report.verdict.status];
  const sections: (readonly [title: string, lines: string[]])[] = [
    [
      'Why',
      list(
        report.verdict.reasons.map(
          ({ status, text, evidence }) => `${checkWords[status].word}: ${text} (${evidence})`,
        ),
      ),
    ],
    ['Rehearsal', rehearsal(report)],
    ['Changes', changes(report)],
    ['Settings to paste', settings(report)],
    ['Memory on each GPU at its peak', memory(report)],
    ['Predicted against measured', agreement(report)],
    ['What failed', failures(report)],
    ['Environment', environment(report)],
    ['What was not tested', list(notTestedLines(report))],
    ['What was assumed', list(report.assumptions)],
    ['How to reproduce', [...code(report.command), '', inline(about(report))]],
  ];
  const lines = [
    `# ${inline(`${word}: ${targetLine(report)}`)}`,
    '',
    ...verdict(report).flatMap((line) => [line, '']),
    ...facts(report),
    ...sections.flatMap(([title, body]) => (body.length === 0 ? [] : ['', `## ${title}`, '', ...body])),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict(report: Report): string[] {
  const state =
    report.state === 'complete'
      ? undefined
      : `The sweep was ${report.state === 'cancelled' ? 'cancelled' : 'not ended'}: this is what there is.`;
  const notes = [solvedLine(report), plannedNote(report), state].filter((note) => note !== undefined);
  const edited = editedNote(report);
  return [
    ...(edited === undefined ? [] : [`**${inline(edited)}**`]),
    inline(headlineText(report.verdict)),
    ...notes.map(inline),
  ];
}

const said = <T>(reading: Reading<T>, format: (value: T) => string) =>
  isUnavailable(reading) ? `not known: ${reading.unavailable}` : format(reading as T);

function facts(report: Report): string[] {
  const { machine, device, prediction, verdict, judgedGpu } = report;
  return list([
    `${device.used === 'none' ? 'Planned on' : 'Machine'}: ${machine.host.hostname}: ${deviceLine(report)}`,
    `Profile: ${profileLine(report)}, ${formatSeconds(report.wallSeconds)}`,
    `Made: ${formatDate(report.createdAt)}`,
    `Peak on each GPU: ${said(prediction, ({ peakBytesPerGpu, interval }) => `${formatGiB(peakBytesPerGpu)} (${formatGiBRange(interval.peakBytes)})`)}`,
    `Free${judgedGpu ? ` on ${judgedGpu.name}` : ''}: ${said(verdict.freeBytes, (bytes) => `${formatGiB(bytes)}, ${formatGiB(verdict.reserveBytes)} kept back`)}`,
    `${stepName(report)}: ${said(prediction, ({ secondsPerStep, secondsPerStepEvidence }) => said(secondsPerStep, (seconds) => `${formatSeconds(seconds)} (${secondsPerStepEvidence})`))}`,
    `${runName(report)}: ${said(prediction, ({ secondsTotal }) => said(secondsTotal, formatSeconds))}`,
  ]);
}

function changes(report: Report): string[] {
  const { recommendation } = report;
  if (isUnavailable(recommendation)) {
    const miss = nearestMissSentences(report);
    return list(miss.length > 0 ? miss : [`None recommended: ${recommendation.unavailable}.`]);
  }
  return table(
    [
      { name: 'Setting' },
      { name: 'From', right: true },
      { name: 'To', right: true },
      { name: 'Memory', right: true },
      { name: 'Step', right: true },
    ],
    recommendation.changes.map(({ setting, from, to, bytes, seconds }) => [
      settingName(setting),
      from,
      to,
      formatChange(bytes, formatGiB),
      said(seconds, (value) => formatChange(value, formatSeconds)),
    ]),
  );
}

function settings(report: Report): string[] {
  const { flags, config } = settingsToPaste(report);
  return [
    ...(flags === '' ? [] : ['As flags of Preflight:', '', ...code(flags), '']),
    ...(isUnavailable(config)
      ? [inline(`No config for Open-Sora: ${config.unavailable}`)]
      : ['As a config for Open-Sora:', '', ...code(config.trimEnd())]),
  ];
}

function memory(report: Report): string[] {
  const { prediction } = report;
  if (isUnavailable(prediction)) return [inline(`Not predicted: ${prediction.unavailable}.`)];
  const left = leftOver(report, prediction.interval.peakBytes);
  return table(
    [{ name: 'Part' }, { name: 'GiB', right: true }, { name: 'Evidence' }, { name: 'How' }],
    [
      ...prediction.parts.map(({ name, bytes, evidence, note }) => [name, gib(bytes, 2), evidence, note]),
      [
        'Predicted peak',
        gib(prediction.peakBytesPerGpu, 2),
        '',
        formatGiBRange(prediction.interval.peakBytes),
      ],
      ...(left === null
        ? []
        : [
            [
              left < 0 ? 'Too little by' : 'Left over',
              gib(Math.abs(left), 2),
              '',
              'at the top of the interval, with the reserve kept back',
            ],
          ]),
    ],
  );
}

function agreement(report: Report): string[] {
  return table(
    [
      { name: 'Block' },
      { name: 'Figure' },
      { name: 'Predicted from' },
      { name: 'Predicted', right: true },
      { name: 'Measured', right: true },
      { name: 'Difference', right: true },
    ],
    agreementRows(report).map(({ point, quantity, from, predicted, measured, difference }) => [
      point,
      quantity,
      from,
      predicted,
      measured,
      difference,
    ]),
  );
}

function failures(report: Report): string[] {
  return table(
    [{ name: 'Block' }, { name: 'Ended as' }, { name: 'At' }, { name: 'Cause' }],
    failuresOf(seriesOf(report.probes)).map(({ name, detail, status, cause, shapes }) => [
      `${name}, ${detail}`,
      probeWords[status].word,
      shapes.map(({ batch, frames }) => `batch ${batch}: ${frames.join(', ')} frames`).join('; '),
      cause || 'no cause was given',
    ]),
  );
}

/** The GPUs, the host, and what of the checks did not pass. */
function environment({ machine }: Report): string[] {
  const { host, gpus, checks } = machine;
  const text = (reading: Reading<string>) => known(reading) ?? 'not known';
  return [
    ...list([
      ...gpus.map(
        ({ index, name, memory: { freeBytes, totalBytes }, driverVersion, cudaVersion }) =>
          `GPU ${index ?? 'hidden'}: ${name}, ${said(freeBytes, formatGiB)} free of ${said(totalBytes, formatGiB)}, driver ${text(driverVersion)}, CUDA ${text(cudaVersion)}`,
      ),
      `Host: ${text(host.cpu.name)}, ${host.cpu.usableCores} cores, ${formatGiB(host.memory.freeBytes)} free of ${formatGiB(host.memory.totalBytes)}`,
      `System: ${host.os}, ${host.arch}, Node ${host.node}`,
      ...checks
        .filter(({ status }) => status === 'look' || status === 'fail')
        .map(
          ({ status, text: what, action }) =>
            `${checkWords[status].word}: ${what}${action === '' ? '' : ` (${action})`}`,
        ),
    ]),
  ];
}

function about(report: Report): string {
  const { tool, id, schemaVersion, digest, redacted } = report;
  return `${tool.name} ${tool.version}, report ${id}, schema ${schemaVersion}, ${redacted ? 'redacted, ' : ''}${integrityWords(report)}, ${digest}`;
}
