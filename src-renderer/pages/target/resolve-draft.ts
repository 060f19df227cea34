import type { Target } from '../../../src-main/contract/target.js';
import { flagOf, type TargetFlags, targetFlagsSchema } from '../../../src-main/contract/target-flags.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { type Field, offeredFlags } from './offered.js';

/** A target, or which field stands in its way and why, in one line. */
export type Resolved = { target: Target } | { field: Field; message: string };

export function resolveDraft(flags: TargetFlags): Resolved {
  try {
    return { target: resolveTarget(offeredFlags(flags)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { field: fieldOf(error.message), message: error.message };
  }
}

const names = Object.keys(targetFlagsSchema.shape) as Field[];

/** The field that a message is about: the flag that it names first. A frame size is named by the version alone. */
function fieldOf(message: string): Field {
  const first = /--[a-z0-9-]+/.exec(message)?.[0];
  return names.find((name) => flagOf(name) === first) ?? 'resolution';
}
