import type { Report } from '../contract/report.js';
import { embeddedJson } from './embedded-report.js';
import { parseReport } from './parse-report.js';
import { readText } from './read-text.js';

const wanted = { what: 'report', give: 'a report.json, a report.html, or the folder of a run' };

/**
 * A report from report.json, from an HTML file that holds one, or from a run's folder. It may be of an older schema, and
 * its `integrity` says whether it was edited.
 *
 * @throws UsageError in one line where there is none, or none that is whole
 */
export async function readReport(path: string): Promise<Report> {
  return reportOfText(await readText(path, wanted, 'report.json'), path);
}

/** As `readReport`, of a text that was read already. @param name what it is called in an error */
export function reportOfText(text: string, name = 'that file'): Report {
  return parseReport(/^\s*</.test(text) ? embeddedJson(text, name) : text, name);
}
