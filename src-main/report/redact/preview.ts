import type { Replacement } from '../../contract/export.js';
import { printableText } from '../../contract/printable.js';
import { hanging, toWidth } from '../text-layout.js';

const width = 80;

/** What an export replaces, for a terminal of 80 columns: each field with what stands there before and after. */
export function previewOf(replaced: readonly Replacement[]): string {
  if (replaced.length === 0) return 'Nothing is replaced: the report leaves as it is.\n';
  const fields = replaced.flatMap(({ field, from, to }) => [
    toWidth(field, width).trimEnd(),
    ...hanging('  now  ', from, width),
    ...hanging('  then ', to, width),
  ]);
  const head = `An export without --reveal replaces ${replaced.length} ${replaced.length === 1 ? 'text' : 'texts'}; all else leaves as it is. Nothing was written.`;
  return `${[...hanging('', head, width), '', ...fields].map(printableText).join('\n')}\n`;
}
