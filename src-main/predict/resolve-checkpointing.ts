import type { BlockKind, ModelVersion, Task } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { UsageError } from '../contract/usage-error.js';

type Checkpointed = Target['checkpointedBlocks'];

/** All of the version's blocks. */
export function fullCheckpointing(version: ModelVersion): Checkpointed {
  return { ...version.depth };
}

function noCheckpointing(version: ModelVersion): Checkpointed {
  return Object.fromEntries(Object.keys(version.depth).map((kind) => [kind, 0]));
}

/**
 * Blocks of each kind that are checkpointed. Left out, it is what the version's published training config does;
 * inference keeps nothing for a backward, so that there is nothing to checkpoint.
 * `A,B` is v2.0's `grad_ckpt_settings`: beyond the depth means all, as in upstream's (8, 100).
 * @throws UsageError for anything else.
 */
export function resolveCheckpointing(
  version: ModelVersion,
  task: Task,
  text: string | undefined,
): Checkpointed {
  const given = text?.trim().toLowerCase();
  if (task === 'infer') {
    if (given === undefined || given === 'none') return noCheckpointing(version);
    throw new UsageError('--checkpointing is for training; inference keeps no activations to recompute');
  }
  if (given === undefined) return { ...noCheckpointing(version), ...version.training.checkpointedBlocks };
  if (given === 'none') return noCheckpointing(version);
  if (given === 'full') return fullCheckpointing(version);
  const right = version.id === 'v2.0' ? 'none, full, or A,B (double and single blocks)' : 'none or full';
  const counts = /^\(?\s*(\d{1,6})\s*,\s*(\d{1,6})\s*\)?$/.exec(given);
  if (counts === null || version.id !== 'v2.0') {
    throw new UsageError(`--checkpointing "${given}" is not for ${version.id}; right would be ${right}`);
  }
  return {
    double: Math.min(Number(counts[1]), depthOf(version, 'double')),
    single: Math.min(Number(counts[2]), depthOf(version, 'single')),
  };
}

/** As it would be typed: `none`, `full`, or the counts by kind in the version's order. */
export function checkpointingName(version: ModelVersion, checkpointed: Checkpointed): string {
  const kinds = Object.keys(version.depth) as BlockKind[];
  const counts = kinds.map((kind) => checkpointed[kind] ?? 0);
  if (counts.every((count) => count === 0)) return 'none';
  if (kinds.every((kind, index) => counts[index] === depthOf(version, kind))) return 'full';
  return counts.join(',');
}

function depthOf(version: ModelVersion, kind: BlockKind): number {
  return version.depth[kind] ?? 0;
}
