import { printableText } from '../contract/printable.js';
import { UsageError } from '../contract/usage-error.js';
import { makeBaseline } from '../report/qualify/make-baseline.js';
import { notesOf } from '../report/qualify/qualification.js';
import { optionalFile, writeOut } from './out-file.js';
import { readNamed } from './read-named.js';
import { readTolerance } from './tolerance.js';

/** `preflight qualify --make-baseline`: notes on standard error, the baseline in its file or on standard output. */
export async function writeBaseline(
  paths: readonly string[],
  options: { baseline?: string; tolerance: string; out?: string },
): Promise<number> {
  if (options.baseline !== undefined)
    throw new UsageError(
      '--baseline and --make-baseline exclude each other: one reads a baseline, one makes it',
    );
  const file = await optionalFile(options.out, '--out', paths);
  const baseline = makeBaseline(await readNamed(paths));
  // They quote what a report says of itself.
  for (const note of [
    ...baseline.leftOut.map((text) => `no rule for ${text}`),
    ...notesOf(baseline, readTolerance(options.tolerance)),
  ])
    process.stderr.write(`${printableText(note).replace(/\s+/g, ' ')}\n`);
  const text = `${JSON.stringify(baseline, null, 1)}\n`;
  if (file === undefined) process.stdout.write(text);
  else await writeOut(file, text);
  return 0;
}
