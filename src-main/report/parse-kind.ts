import { UsageError } from '../contract/usage-error.js';
import { checkSize } from './json-size.js';

/** Documents that Preflight writes, by their `kind`. */
const names = {
  'preflight-report': 'report',
  'preflight-baseline': 'baseline',
  'preflight-qualification': 'qualification',
  'preflight-comparison': 'comparison',
  'preflight-run': "run's own file",
} as const;

/**
 * The JSON of a document of one kind, its content not yet checked.
 *
 * @param name what it is called in an error
 * @param give what would be right
 * @throws UsageError in one line where it is no JSON, of another kind, or larger than any
 */
export function parseKind(text: string, kind: keyof typeof names, name: string, give: string): object {
  const what = names[kind];
  if (text.trim() === '') throw new UsageError(`${name} is empty, so no ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new UsageError(`${name} is no whole JSON, so no ${what}: ${(error as Error).message}`);
  }
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'kind') : undefined;
  if (found !== kind) {
    const other = typeof found === 'string' && Object.hasOwn(names, found) ? names[found as typeof kind] : '';
    throw new UsageError(`${name} is ${other ? `a ${other} and ` : ''}no Preflight ${what}; give ${give}`);
  }
  checkSize(value, name);
  return value as object;
}
