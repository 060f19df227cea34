import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { embeddedJson } from './embedded-report.js';
import { parseReport } from './parse-report.js';

/** A report with every probe of a thorough sweep has some 0.5 MB. */
const mostBytes = 8 * 2 ** 20;

/**
 * A report from report.json, from an HTML file that holds one, or from a run's folder. It may be of an older schema, and
 * its `integrity` says whether it was edited.
 *
 * @throws UsageError in one line where there is none, or none that is whole
 */
export async function readReport(path: string): Promise<Report> {
  return reportOfText(await readText(path), path);
}

/** As `readReport`, of a text that was read already. @param name what it is called in an error */
export function reportOfText(text: string, name = 'that file'): Report {
  return parseReport(/^\s*</.test(text) ? embeddedJson(text, name) : text, name);
}

async function readText(path: string): Promise<string> {
  if (path === '')
    throw new UsageError('the path of the report is empty; give a report.json, a report.html, or a folder');
  try {
    const found = await stat(path);
    const file = found.isDirectory() ? join(path, 'report.json') : path;
    const { size } = found.isDirectory() ? await stat(file) : found;
    if (size > mostBytes)
      throw new UsageError(`${file} has ${size} bytes, more than any report; give a report.json`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? `${path}: there is no report; give a report.json, a report.html, or the folder of a run`
        : `${path} cannot be read: ${(error as Error).message}`,
    );
  }
}
