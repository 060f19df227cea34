import { type Baseline, baselineSchema, baselineVersion } from '../../contract/baseline.js';
import { UsageError } from '../../contract/usage-error.js';
import { parseKind } from '../parse-kind.js';
import { readText } from '../read-text.js';

const give = 'a file that `preflight qualify --make-baseline` wrote';

/** @throws UsageError in one line where there is no baseline, or none that is whole */
export async function readBaseline(path: string): Promise<Baseline> {
  return parseBaseline(await readText(path, { what: 'baseline', give }), path);
}

/** As `readBaseline`, of a text that was read already. @param name what it is called in an error */
export function parseBaseline(text: string, name: string): Baseline {
  const value = parseKind(text, 'preflight-baseline', name, give);
  const version: unknown = Reflect.get(value, 'schemaVersion');
  if (typeof version === 'number' && version > baselineVersion)
    throw new UsageError(
      `${name}: this baseline has schema ${version}; this Preflight reads up to ${baselineVersion}: update Preflight`,
    );
  const parsed = baselineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageError(
    `${name} is no valid baseline at ${issue?.path.join('.') || 'its top'}: ${issue?.message}`,
  );
}
