import type { Exported, ExportForm, ReportLanguage } from '../../contract/export.js';
import type { Report } from '../../contract/report.js';
import { renderHtml } from '../html.js';
import { renderMarkdown } from '../markdown/index.js';
import { renderOpenSoraConfig } from '../opensora-config/index.js';
import { findChromium } from '../pdf/find-chromium.js';
import { printPdf } from '../pdf/print-pdf.js';
import { localNames } from '../redact/local-names.js';
import { type Redaction, redact } from '../redact/redact.js';
import { type Spoken, spokenIn } from '../spoken.js';

/** Prints a page as PDF. */
export type PrintPage = (html: string) => Promise<Buffer>;

export interface ExportOptions {
  /** Leave names of hosts and people, paths, UUIDs and serial numbers as they are. */
  reveal: boolean;
  /** Of `html` and `pdf`; English where none is named. */
  language?: ReportLanguage | undefined;
  /** In place of a Chromium that is looked for. */
  print?: PrintPage | undefined;
}

interface Rendering {
  extension: string;
  mediaType: string;
  render(report: Report, spoken: Spoken, print: PrintPage): string | Promise<Buffer>;
}

const renderings: Readonly<Record<ExportForm, Rendering>> = {
  html: { extension: 'html', mediaType: 'text/html; charset=utf-8', render: renderHtml },
  pdf: {
    extension: 'pdf',
    mediaType: 'application/pdf',
    render: (report, spoken, print) => print(renderHtml(report, spoken)),
  },
  md: {
    extension: 'md',
    mediaType: 'text/markdown; charset=utf-8',
    render: (report) => renderMarkdown(report),
  },
  json: {
    extension: 'json',
    mediaType: 'application/json',
    render: (report) => `${JSON.stringify(report, null, 2)}\n`,
  },
  'opensora-config': {
    extension: 'py',
    mediaType: 'text/x-python; charset=utf-8',
    render: (report) => renderOpenSoraConfig(report).text,
  },
};

/** What leaves this machine where nothing else is asked for, and what was replaced in it. */
export const redacted = (report: Report): Redaction => redact(report, localNames());

/**
 * A report's content in another form, redacted unless that is not wanted.
 * @throws UsageError where there is nothing to print a PDF with, or the config has no name for a bucket
 */
export async function contentOf(
  report: Report,
  form: ExportForm,
  { reveal, language = 'en', print = printByChromium }: ExportOptions,
): Promise<string | Buffer> {
  const spoken = await spokenIn(language);
  return renderings[form].render(reveal ? report : redacted(report).report, spoken, print);
}

/** The same as a file. @throws UsageError as `contentOf` */
export async function exportReport(
  report: Report,
  form: ExportForm,
  options: ExportOptions,
): Promise<Exported> {
  const content = await contentOf(report, form, options);
  const { extension, mediaType } = renderings[form];
  const { target, verdict, createdAt } = report;
  const words = ['preflight', target.model, target.task, verdict.status, createdAt.slice(0, 10)];
  return {
    fileName: `${words.join('-')}.${extension}`,
    mediaType,
    ...(typeof content === 'string'
      ? { encoding: 'utf8', content }
      : { encoding: 'base64', content: content.toString('base64') }),
  };
}

function printByChromium(html: string): Promise<Buffer> {
  return printPdf(html, { chromium: findChromium() });
}
