import { gunzipSync, gzipSync } from 'node:zlib';
import { mostDocumentBytes } from '../contract/history.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';

/** Id of the `template` element, never rendered and never run, that holds a report inside its own HTML file. */
export const embeddedId = 'preflight-report';

const opening = `<template id="${embeddedId}">`;
const closing = '</template>';
/** The beginning of gzip in base64. JSON begins with a brace. */
const packed = /^H4sI/;

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

/** The same as gzip in base64, of which HTML reads nothing either: some tenth of its length. */
export function embedPacked(report: Report): string {
  return gzipSync(JSON.stringify(report)).toString('base64');
}

/**
 * The JSON out of a file that `renderHtml` made, packed or not.
 *
 * @param name what the file is called in an error
 * @throws UsageError in one line where there is none, or one that would unpack to more than any report has
 */
export function embeddedJson(html: string, name: string): string {
  const start = html.lastIndexOf(opening);
  const end = start < 0 ? -1 : html.indexOf(closing, start);
  if (end < 0) throw new UsageError(`${name} is HTML with no Preflight report in it, or was cut short`);
  const found = html.slice(start + opening.length, end);
  if (!packed.test(found)) return found;
  try {
    return gunzipSync(Buffer.from(found, 'base64'), { maxOutputLength: mostDocumentBytes }).toString('utf8');
  } catch (error) {
    throw new UsageError(`${name} holds a report that cannot be unpacked: ${(error as Error).message}`);
  }
}
