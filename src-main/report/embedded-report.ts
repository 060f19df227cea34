import { type Report, reportSchema } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';

/** Id of the `template` element, never rendered and never run, that holds a report inside its own HTML file. */
export const embeddedId = 'preflight-report';

const opening = `<template id="${embeddedId}">`;
const closing = '</template>';

/**
 * A report as JSON that HTML cannot read as anything but text: markup and everything outside ASCII become
 * escapes by their code, which only occur inside JSON strings, so it stays JSON and needs no decoding.
 */
export function embed(report: Report): string {
  return JSON.stringify(report).replace(
    /[<>&'\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Reads the report back out of a file that `renderHtml` made.
 * @throws UsageError in one line where there is none, or none that is whole.
 */
export function extractReport(html: string): Report {
  const start = html.lastIndexOf(opening);
  const end = start < 0 ? -1 : html.indexOf(closing, start);
  if (end < 0) throw new UsageError('That HTML file has no Preflight report in it, or was cut short.');
  let value: unknown;
  try {
    value = JSON.parse(html.slice(start + opening.length, end));
  } catch {
    throw new UsageError('The Preflight report in that HTML file is not whole JSON: export it again.');
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(
    `The Preflight report in that HTML file is not valid at ${issue?.path.join('.') || 'its top'}: ${issue?.message}.`,
  );
}
