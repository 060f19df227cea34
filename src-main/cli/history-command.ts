import type { Command } from 'commander';
import { entryMatches } from '../contract/history.js';
import { UsageError } from '../contract/usage-error.js';
import { History } from '../report/history/history.js';
import { Lessons } from '../report/history/lessons.js';
import { renderHistory } from '../report/history/terminal-history.js';
import { countedLessons, renderLessons } from '../report/history/terminal-lessons.js';
import { readReport } from '../report/read-report.js';
import { printDocument } from './output.js';
import { readingProgress } from './reading-progress.js';

interface HistoryOptions {
  import?: string[];
  remove?: string;
  lessons?: true;
  forgetLessons?: true;
  all?: true;
  json?: true;
}

/** Reports that a list shows unless all are asked for. */
const shown = 50;

/** `preflight history`: the reports that are kept. */
export function addHistory(program: Command, onExit: (code: number) => void): void {
  program
    .command('history')
    .description('list the reports of earlier runs, add others to them, or delete one')
    .argument(
      '[words...]',
      'only reports that have all of these: a host, a GPU, a version, a verdict, a date …',
    )
    .option('--import <file...>', 'add copies of reports: report.json, report.html, or the folder of a run')
    .option('--remove <id>', 'delete the report whose id begins so')
    .option('--lessons', 'list what rehearsals taught of this machine, for its next predictions')
    .option('--forget-lessons', 'forget all of that')
    .option('--all', `every report, not the newest ${shown} alone`)
    .option('--json', 'print the list as JSON and nothing else on standard output')
    .action(async (words: string[], options: HistoryOptions) => {
      await run(words, options);
      onExit(0);
    });
}

async function run(words: readonly string[], options: HistoryOptions): Promise<void> {
  if (options.lessons || options.forgetLessons) {
    refuseBesideLessons(words, options);
    return showLessons(options);
  }
  const history = new History();
  for (const path of options.import ?? []) {
    const { path: kept, added } = await history.add(await readReport(path));
    process.stderr.write(added ? `added: ${kept}\n` : `there already: ${kept}\n`);
  }
  if (options.remove !== undefined) {
    const { path } = await history.remove(options.remove);
    process.stderr.write(`deleted: ${path}\n`);
  }
  if ((options.import || options.remove !== undefined) && words.length === 0 && !options.json) return;
  const { reports, broken } = await history.list(readingProgress());
  const found = reports.filter((kept) => entryMatches(kept.entry, words));
  const list = {
    folder: history.folder,
    total: found.length,
    reports: options.all || options.json ? found : found.slice(0, shown),
    broken,
  };
  printDocument(list, renderHistory, options.json === true);
}

/** What is about reports would be passed over in silence beside lessons: nothing is forgotten, added or deleted then. */
function refuseBesideLessons(words: readonly string[], options: HistoryOptions): void {
  const beside = [
    ...(options.import === undefined ? [] : ['--import']),
    ...(options.remove === undefined ? [] : ['--remove']),
    ...(options.all ? ['--all'] : []),
    ...words.map((word) => `"${word}"`),
  ];
  if (beside.length === 0) return;
  const flag = options.forgetLessons ? '--forget-lessons' : '--lessons';
  throw new UsageError(
    `${flag} is about lessons, and ${beside.join(', ')} about reports: ask for one at a time; nothing was changed`,
  );
}

async function showLessons({ forgetLessons, json }: HistoryOptions): Promise<void> {
  const kept = new Lessons();
  if (forgetLessons)
    process.stderr.write(`forgotten: ${countedLessons(await kept.forget())} in ${kept.folder}\n`);
  printDocument({ folder: kept.folder, ...(await kept.list()) }, renderLessons, json === true);
}
