import { schemaVersion } from '../../contract/report.js';
import { UsageError } from '../../contract/usage-error.js';
import { v1ToV2 } from './v1-to-v2.js';

/** The step from each older schema to the next; pure. */
const steps: Readonly<Record<number, (report: object) => object>> = { 1: v1ToV2 };

/**
 * A report as it was read, brought to the schema of today.
 *
 * @param name what it is called in an error
 * @throws UsageError for a schema that is newer than this program, or none at all
 */
export function migrate(report: object, name: string): object {
  const version: unknown = Reflect.get(report, 'schemaVersion');
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    throw new UsageError(`${name} is no valid report: its schemaVersion must be a whole number from 1`);
  if (version > schemaVersion)
    throw new UsageError(
      `${name}: this report has schema ${version}; this Preflight reads up to ${schemaVersion}: update Preflight`,
    );
  let migrated = report;
  for (let at = version; at < schemaVersion; at += 1) migrated = steps[at]!(migrated);
  return migrated;
}
