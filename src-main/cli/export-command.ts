import type { Command } from 'commander';
import { type ExportForm, exportFormSchema, reportLanguageSchema } from '../contract/export.js';
import { UsageError } from '../contract/usage-error.js';
import { contentOf, redacted } from '../report/export/export-report.js';
import { findChromium } from '../report/pdf/find-chromium.js';
import { printPdf } from '../report/pdf/print-pdf.js';
import { readReport } from '../report/read-report.js';
import { previewOf } from '../report/redact/preview.js';
import { choice } from './options.js';
import { fileOf, writeOut } from './out-file.js';

interface ExportOptions {
  to?: string;
  out?: string;
  lang?: string;
  reveal?: true;
  preview?: true;
}

const names = exportFormSchema.options.join(', ');

/** `preflight export`: a report in another form, redacted unless that is not wanted. */
export function addExport(program: Command, onExit: (code: number) => void): void {
  program
    .command('export')
    .description('write a report in another form, or the Open-Sora config of its run')
    .argument('<report>', "a report.json, a report.html, or a run's folder")
    .option('--to <form>', names)
    .option('--out <file>', 'where to write it; standard output where it is left out')
    .option('--lang <language>', 'of html and pdf: en, or zh for Chinese')
    .option('--reveal', 'leave names of hosts and people, paths, UUIDs and serial numbers as they are')
    .option('--preview', 'print what would be replaced, and write nothing')
    .action(async (path: string, options: ExportOptions) => {
      await run(path, options);
      onExit(0);
    });
}

async function run(path: string, { to, out, lang, reveal, preview }: ExportOptions): Promise<void> {
  if (preview === true) {
    if (reveal === true)
      throw new UsageError('--preview shows what is replaced, and --reveal replaces nothing: give one');
    if (to !== undefined) formOf(to);
    process.stdout.write(previewOf(redacted(await readReport(path)).replaced));
    return;
  }
  const form = formOf(to);
  if (lang !== undefined && form !== 'html' && form !== 'pdf')
    throw new UsageError(`--lang is of --to html and pdf; ${form} is English for whatever reads it`);
  const language = lang === undefined ? 'en' : choice(reportLanguageSchema.options, '--lang', lang);
  const file = out === undefined ? undefined : await fileOf(out, '--out', [path]);
  if (form === 'pdf' && file === undefined && process.stdout.isTTY)
    throw new UsageError(
      '--to pdf is no text for a terminal: name a file by --out, or redirect standard output',
    );
  const report = await readReport(path);
  const content = await contentOf(report, form, { reveal: reveal === true, language, print: printSaying });
  if (file === undefined) {
    process.stdout.write(content);
    return;
  }
  await writeOut(file, content);
}

/** @throws UsageError */
function formOf(to: string | undefined): ExportForm {
  return choice(exportFormSchema.options, '--to', to);
}

function printSaying(html: string): Promise<Buffer> {
  const chromium = findChromium();
  process.stderr.write(`printing by ${chromium} …\n`);
  return printPdf(html, { chromium });
}
