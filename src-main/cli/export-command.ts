import type { Command } from 'commander';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { renderHtml } from '../report/html.js';
import { renderMarkdown } from '../report/markdown/index.js';
import { renderOpenSoraConfig } from '../report/opensora-config/index.js';
import { findChromium } from '../report/pdf/find-chromium.js';
import { printPdf } from '../report/pdf/print-pdf.js';
import { readReport } from '../report/read-report.js';
import { localNames } from '../report/redact/local-names.js';
import { previewOf } from '../report/redact/preview.js';
import { type Redaction, redact } from '../report/redact/redact.js';
import { fileOf, writeOut } from './out-file.js';

interface ExportOptions {
  to?: string;
  out?: string;
  reveal?: true;
  preview?: true;
}

type Rendering = (report: Report) => string | Promise<Buffer>;

const renderings: Record<string, Rendering> = {
  html: renderHtml,
  pdf: renderPdf,
  md: renderMarkdown,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  'opensora-config': (report) => renderOpenSoraConfig(report).text,
};
const names = Object.keys(renderings).join(', ');

/** `preflight export`: a report in another form, redacted unless that is not wanted. */
export function addExport(program: Command, onExit: (code: number) => void): void {
  program
    .command('export')
    .description('write a report in another form, or the Open-Sora config of its run')
    .argument('<report>', "a report.json, a report.html, or a run's folder")
    .option('--to <form>', names)
    .option('--out <file>', 'where to write it; standard output where it is left out')
    .option('--reveal', 'leave names of hosts and people, paths, UUIDs and serial numbers as they are')
    .option('--preview', 'print what would be replaced, and write nothing')
    .action(async (path: string, options: ExportOptions) => {
      await run(path, options);
      onExit(0);
    });
}

async function run(path: string, { to, out, reveal, preview }: ExportOptions): Promise<void> {
  if (preview === true) {
    if (reveal === true)
      throw new UsageError('--preview shows what is replaced, and --reveal replaces nothing: give one');
    if (to !== undefined) renderingOf(to);
    process.stdout.write(previewOf(redacted(await readReport(path)).replaced));
    return;
  }
  const render = renderingOf(to);
  const file = out === undefined ? undefined : await fileOf(out);
  if (to === 'pdf' && file === undefined && process.stdout.isTTY)
    throw new UsageError(
      '--to pdf is no text for a terminal: name a file by --out, or redirect standard output',
    );
  const report = await readReport(path);
  const content = await render(reveal === true ? report : redacted(report).report);
  if (file === undefined) {
    process.stdout.write(content);
    return;
  }
  await writeOut(file, content);
}

const redacted = (report: Report): Redaction => redact(report, localNames());

function renderPdf(report: Report): Promise<Buffer> {
  const chromium = findChromium();
  process.stderr.write(`printing by ${chromium} …\n`);
  return printPdf(renderHtml(report), { chromium });
}

/** @throws UsageError */
function renderingOf(to: string | undefined): Rendering {
  if (to === undefined) throw new UsageError(`--to is missing: say one of ${names}`);
  if (!Object.hasOwn(renderings, to)) throw new UsageError(`--to ${to}: ${names} are possible`);
  return renderings[to]!;
}
