import type { Command } from 'commander';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { onDisk } from '../report/disk-error.js';
import { renderHtml } from '../report/html.js';
import { renderOpenSoraConfig } from '../report/opensora-config/index.js';
import { readReport } from '../report/read-report.js';
import { writeAtomic } from '../report/write-atomic.js';
import { fileOf } from './out-file.js';

interface ExportOptions {
  to?: string;
  out?: string;
}

const renderings: Record<string, (report: Report) => string> = {
  html: renderHtml,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  'opensora-config': (report) => renderOpenSoraConfig(report).text,
};
const names = Object.keys(renderings).join(', ');
const later = ['pdf', 'md'];

/** `preflight export`: a report in another form. */
export function addExport(program: Command, onExit: (code: number) => void): void {
  program
    .command('export')
    .description('write a report in another form, or the Open-Sora config of its run')
    .argument('<report>', "a report.json, a report.html, or a run's folder")
    .option('--to <form>', names)
    .option('--out <file>', 'where to write it; standard output where it is left out')
    .action(async (path: string, options: ExportOptions) => {
      await run(path, options);
      onExit(0);
    });
}

async function run(path: string, { to, out }: ExportOptions): Promise<void> {
  const render = renderingOf(to);
  const file = out === undefined ? undefined : await fileOf(out);
  const text = render(await readReport(path));
  if (file === undefined) {
    process.stdout.write(text);
    return;
  }
  await onDisk(file, () => writeAtomic(file, text));
  process.stderr.write(`written: ${file}\n`);
}

/** @throws UsageError */
function renderingOf(to: string | undefined): (report: Report) => string {
  if (to === undefined) throw new UsageError(`--to is missing: say one of ${names}`);
  if (later.includes(to)) throw new UsageError(`--to ${to} is not there yet; ${names} are`);
  if (!Object.hasOwn(renderings, to)) throw new UsageError(`--to ${to}: ${names} are possible`);
  return renderings[to]!;
}
