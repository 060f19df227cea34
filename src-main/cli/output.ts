import type { Report } from '../contract/report.js';
import { renderTerminal } from '../report/terminal.js';
import type { TerminalOptions } from '../report/terminal-style.js';

/** A report on standard output: as JSON, or in words that fit the terminal. */
export function printReport(report: Report, json: boolean): void {
  printDocument(report, renderTerminal, json);
}

/** A document on standard output: as JSON in one line, or as it is rendered for a terminal. */
export function printDocument<T>(
  document: T,
  render: (document: T, options: TerminalOptions) => string,
  json: boolean,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  const color = process.stdout.isTTY && !process.env.NO_COLOR;
  const width = Math.min(80, process.stdout.columns ?? 80);
  process.stdout.write(render(document, { color: Boolean(color), width }));
}
