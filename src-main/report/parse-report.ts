import { type Report, reportSchema } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import { digestOf, seal } from './digest.js';
import { parseKind } from './parse-kind.js';
import { migrate } from './versions/index.js';

const kind = reportSchema.shape.kind.value;

/**
 * A report from the text of its JSON, of this schema or an older one. Its `integrity` says whether it was edited since
 * Preflight wrote it.
 *
 * @param name what it is called in an error
 * @throws UsageError in one line where it is no report, or no whole one
 */
export function parseReport(text: string, name: string): Report {
  const value = parseKind(text, kind, name, 'a report.json or report.html that `preflight run` wrote');
  const written = migrate(value, name);
  const parsed = reportSchema.safeParse(written);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UsageError(
      `${name} is no valid report at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
    );
  }
  // Of the file as it is: parsing fills in what is left out, and leaves out what it does not know.
  if (digestOf(written) === parsed.data.digest) return seal(parsed.data);
  return seal({ ...parsed.data, integrity: 'edited' });
}
