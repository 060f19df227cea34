import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { runOfTarget } from '../../../src-main/predict/config/saved-target.js';
import { checkpointingName } from '../../../src-main/predict/resolve-checkpointing.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { offeredFlags } from './offered.js';

/** A target as the form has it, and what it has no field for, which gets its default there. */
export interface FormFlags {
  flags: TargetFlags;
  /** Names of a target's properties. */
  lost: (keyof Target)[];
}

/** Null where the form cannot name the target: it has several buckets, or one by its tokens alone. */
export function formFlagsOf(target: Target): FormFlags | null {
  if (target.buckets.length !== 1) return null;
  try {
    const { flags: shared, buckets } = runOfTarget(target, '');
    const bucket = buckets[0]!.flags;
    if (bucket.latentFrames !== undefined || bucket.spatialTokens !== undefined) return null;
    const training = target.task === 'train' && {
      effectiveBatch: target.effectiveBatch,
      checkpointing: checkpointingName(modelVersion(target.model, target.ae), target.checkpointedBlocks),
    };
    const flags = offeredFlags({ ...shared, ...bucket, ...training });
    const made = resolveTarget(flags);
    // What a person sees in the form must be the run that was opened, but for what is named.
    const names = Object.keys(target) as (keyof Target)[];
    return { flags, lost: names.filter((name) => !isSame(target[name], made[name])) };
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** Of the properties of targets: their order does not count, and blocks that are not checkpointed may be left out. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSame(Reflect.get(a, name) ?? 0, Reflect.get(b, name) ?? 0));
}
