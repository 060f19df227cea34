import type { OpenedFile } from '../contract/channels.js';
import type { AskedTarget } from '../contract/run-request.js';
import { UsageError } from '../contract/usage-error.js';
import { targetFromSaved } from '../predict/config/saved-target.js';
import { type FileTarget, targetFromFile } from '../predict/config/target-from-file.js';
import { resolveTarget } from '../predict/resolve-target.js';

/**
 * The run that a page names, checked as one from the command line: what a page sends may be anything.
 * @throws UsageError in one line
 */
export function askedTarget(asked: AskedTarget): FileTarget {
  if ('flags' in asked) return { target: resolveTarget(asked.flags), assumptions: [] };
  return { target: targetFromSaved(asked.target, asked.name, {}), assumptions: asked.assumptions };
}

/**
 * A file that a person opened in a page. Nothing of it is run, and no other file is read than those opened with it.
 * @throws UsageError in one line
 */
export function openedTarget({ name, text }: OpenedFile, beside: readonly OpenedFile[]): FileTarget {
  return targetFromFile(readable({ name, text }), name, {}, (path) => {
    const base = beside.find((file) => file.name === path.split('/').at(-1));
    if (base === undefined)
      throw new UsageError(`${name} rests on ${path} (_base_): open that file together with it`);
    return readable(base);
  });
}

function readable({ name, text }: OpenedFile): string {
  if (!text.includes('\0')) return text;
  throw new UsageError(
    `${name} is binary; give an Open-Sora config (.py), a saved target or a report (.json)`,
  );
}
