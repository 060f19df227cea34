import type { Command } from 'commander';
import { compare } from '../report/compare/compare.js';
import { renderComparison } from '../report/compare/terminal-compare.js';
import { printDocument } from './output.js';
import { readNamed } from './read-named.js';

/** `preflight compare`: reports point by point. */
export function addCompare(program: Command, onExit: (code: number) => void): void {
  program
    .command('compare')
    .description('hold reports against the first of them, point by point, with the noise of both')
    .argument('<reports...>', "two or more of: a report.json, a report.html, or a run's folder")
    .option('--json', 'print the comparison as JSON and nothing else on standard output')
    .action(async (paths: string[], { json }: { json?: true }) => {
      printDocument(compare(await readNamed(paths)), renderComparison, json === true);
      onExit(0);
    });
}
