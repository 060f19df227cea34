import { rehearsalWords } from '../../../src-renderer/report/rehearsal-words.js';
import { verdictWords } from '../../../src-renderer/report/words.js';
import { formatDate } from '../../contract/format.js';
import { printable } from '../../contract/printable.js';
import { glyphs, painter, type TerminalOptions, tones } from '../terminal-style.js';
import { hanging, toWidth, wrap } from '../text-layout.js';
import type { HistoryList } from './history.js';

/** A list to show: perhaps the newest of more. */
export interface ShownHistory extends HistoryList {
  folder: string;
  total: number;
}

/** Reports in lines that fit the width, two or three for each, newest first. */
export function renderHistory(given: ShownHistory, { color, width }: TerminalOptions): string {
  const { reports, broken, folder, total } = printable(given);
  const paint = painter(color);
  const lines = [
    ...reports.flatMap(({ path, entry }) => {
      const { word, mark } = verdictWords[entry.verdict];
      const doubts = [
        entry.state === 'complete' ? '' : entry.state,
        entry.integrity === 'edited' ? 'edited' : '',
        entry.redacted ? 'redacted' : '',
      ];
      const measured = entry.profile === null ? 'a plan' : `${entry.profile} on ${entry.device}`;
      const rehearsed = entry.rehearsal === null ? '' : `rehearsal ${rehearsalWords[entry.rehearsal].word}`;
      const where = `${entry.hostname}, ${entry.gpus || 'no GPU'}, ${[measured, rehearsed, ...doubts].filter(Boolean).join(', ')}`;
      return [
        ...hanging(
          toWidth(`${glyphs[mark]} ${word}`, 18),
          `${formatDate(entry.createdAt)}: ${entry.run}`,
          width,
          (label) => paint(label, tones[mark]),
        ),
        ...hanging('  ', where, width),
        // On one line however long it is: it is there to be copied.
        paint(`  ${path}`, 'dim'),
      ];
    }),
    ...broken.flatMap(({ reason }) => hanging('▲ ', reason, width)),
    ...wrap(summary(reports.length, total, folder), width),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function summary(shown: number, total: number, folder: string): string {
  if (total === 0) return `No report in ${folder}.`;
  const more = shown < total ? `, the newest ${shown} above (--all shows every one)` : '';
  return `${total} ${total === 1 ? 'report' : 'reports'} in ${folder}${more}.`;
}
