import type { z } from 'zod';
import { UsageError } from '../contract/usage-error.js';
import type { Outcome } from '../contract/wire.js';
import { Refusal } from './refusal.js';

/** How a question ended that threw. @param onFault told of what is no one's mistake but ours */
export function failedOutcome(error: unknown, onFault: (error: unknown) => void): Outcome {
  const message = oneLine(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) return { ok: false, kind: 'usage', message };
  if (error instanceof Refusal) return { ok: false, kind: 'refused', message };
  onFault(error);
  return { ok: false, kind: 'fault', message: `a fault of this program: ${message}` };
}

/** As one line, whatever it quotes. */
export function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** The first thing that is wrong with a value, and where. @param name of the value as a whole */
export function firstIssue(error: z.ZodError, name: string): string {
  const { path, message } = deepest(error.issues);
  return oneLine(`${[name, ...path.map(String)].join('.')}: ${message}`);
}

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** Of a union, the branch that the value follows furthest says what is wrong with it. */
function deepest(issues: readonly z.core.$ZodIssue[]): Issue {
  const inner = issues.map((issue): Issue => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
    const branches = issue.errors.filter((branch) => branch.length > 0).map(deepest);
    const furthest = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
    return furthest ? { ...furthest, path: [...issue.path, ...furthest.path] } : issue;
  });
  return inner[0]!;
}
