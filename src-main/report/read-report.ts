import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportSchema } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { extractReport } from './embedded-report.js';

/** A report with every probe of a thorough sweep is far below this. */
const mostBytes = 64 * 2 ** 20;

/**
 * A report from report.json, from an HTML file that holds one, or from a run's folder.
 *
 * @throws UsageError in one line where there is none, or none that is whole
 */
export async function readReport(path: string): Promise<Report> {
  const text = await readText(path);
  if (/^\s*</.test(text)) return extractReport(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is no whole JSON, so no report: ${(error as Error).message}`);
  }
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const kind = typeof value === 'object' && value !== null ? Reflect.get(value, 'kind') : undefined;
  if (kind !== 'preflight-report')
    throw new UsageError(
      `${path} is no Preflight report; give a report.json or report.html that \`preflight run\` wrote`,
    );
  const issue = parsed.error.issues[0];
  throw new UsageError(
    `${path} is no valid report at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
  );
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
