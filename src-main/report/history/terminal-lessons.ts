import { rehearsedInWords } from '../../../src-renderer/report/rehearsal-words.js';
import { isUnavailable, type Reading } from '../../contract/evidence.js';
import { formatDate } from '../../contract/format.js';
import type { Lesson } from '../../contract/lesson.js';
import { printable } from '../../contract/printable.js';
import { painter, type TerminalOptions } from '../terminal-style.js';
import { hanging, wrap } from '../text-layout.js';
import type { LessonsList } from './lessons.js';

/** What rehearsals taught, newest first: rehearsed over expected, of each. */
export function renderLessons(
  given: LessonsList & { folder: string },
  { color, width }: TerminalOptions,
): string {
  const { lessons, broken, folder } = printable(given);
  const paint = painter(color);
  const lines = [
    ...lessons.flatMap((lesson) => [
      ...hanging(`${formatDate(lesson.createdAt)}: `, whatOf(lesson), width),
      ...hanging('  ', ratiosOf(lesson), width, (label) => paint(label, 'dim')),
    ]),
    ...broken.flatMap((line) => hanging('▲ ', line, width)),
    ...wrap(
      lessons.length === 0
        ? `No lesson in ${folder}.`
        : `${countedLessons(lessons.length)} in ${folder}; --forget-lessons forgets them.`,
      width,
    ),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** `1 lesson` */
export function countedLessons(count: number): string {
  return `${count} ${count === 1 ? 'lesson' : 'lessons'}`;
}

function whatOf({ hostname, device, model, task, dtype, rehearsedIn }: Lesson): string {
  return `${model} ${task}, ${dtype}, on ${device} of ${hostname}, in ${rehearsedInWords[rehearsedIn]}`;
}

function ratiosOf({ peakRatio, secondsRatio, reportId, rehearsedIn }: Lesson): string {
  const memory = rehearsedIn === 'open-sora' ? 'the peak' : 'what is live at the peak';
  return `${memory} ${ratio(peakRatio)}, a step ${ratio(secondsRatio)} of what was expected; report ${reportId}`;
}

function ratio(reading: Reading<number>): string {
  return isUnavailable(reading) ? `not known (${reading.unavailable})` : `× ${reading.toFixed(3)}`;
}
