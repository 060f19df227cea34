import { flagsLine, nearestMissSentences, settingName } from '../../src-renderer/report/setting-words.js';
import { isUnavailable } from '../contract/evidence.js';
import { formatChange, formatGiB, formatSeconds } from '../contract/format.js';
import type { Recommendation, Report } from '../contract/report.js';
import type { Paint } from './terminal-style.js';
import { cellsOf, hanging, toWidth, wrap } from './text-layout.js';

/** What to change, in order, with what each change buys; where nothing fits, what comes nearest. */
export function changeLines(report: Report, paint: Paint, width: number): string[] {
  const { recommendation, nearestMiss, target } = report;
  const flags = (settings: Recommendation['settings']) => {
    const line = flagsLine(settings, target.buckets.length);
    return line === '' ? [] : hanging('As flags: ', line, width);
  };
  if (isUnavailable(recommendation)) {
    return isUnavailable(nearestMiss)
      ? wrap(`None recommended: ${recommendation.unavailable}.`, width)
      : [
          ...nearestMissSentences(report).flatMap((sentence) => wrap(sentence, width)),
          ...flags(nearestMiss.settings),
        ];
  }
  const { changes, settings } = recommendation;
  if (changes.length === 0) return ['None: the target stays as it is.', ...flags(settings)];
  return [...changeTable(changes, paint, width), ...flags(settings)];
}

function changeTable(changes: Recommendation['changes'], paint: Paint, width: number): string[] {
  const rows = changes.map(({ setting, from, to, bytes, seconds }, index) => [
    `${index + 1} ${settingName(setting)}`,
    from,
    to,
    formatChange(bytes, formatGiB),
    isUnavailable(seconds) ? 'not known' : formatChange(seconds, formatSeconds),
  ]);
  const sizes = [width - 50, 10, 10, 15, 15];
  // Settings are acted on, so none is cut: where a table has no room, each is a sentence.
  if (rows.some((row) => row.some((cell, index) => cellsOf(cell) >= sizes[index]!))) {
    return rows.flatMap(([setting = '', from, to, memory, step]) => {
      const [place = '', ...name] = setting.split(' ');
      return hanging(
        `${place} `,
        `${name.join(' ')}: ${from} to ${to}; memory ${memory}, step ${step}`,
        width,
      );
    });
  }
  const line = (cells: string[]) =>
    cells.map((cell, index) => toWidth(cell, sizes[index]!, index === 0 ? 'left' : 'right')).join('');
  return [paint(line(['  Setting', 'from', 'to', 'memory', 'step']), 'dim'), ...rows.map(line)];
}
