import type { BlockKind, ModelVersion } from '../catalog/types.js';
import type { PlannedBlock } from './types.js';

/**
 * All blocks of a version's transformer in the order in which they run: STDiT3's spatial and temporal ones take turns
 * (v1.2:opensora/models/stdit/stdit3.py `forward`), MMDiT's double ones come before the single ones
 * (main:opensora/models/mmdit/model.py `forward`). Of each kind the first are the ones that are checkpointed
 * (main:opensora/models/mmdit/model.py, `grad_ckpt_settings`).
 *
 * @param checkpointed how many of each kind
 */
export function modelBlocks(
  { depth }: Pick<ModelVersion, 'depth'>,
  checkpointed: Partial<Record<BlockKind, number>>,
): PlannedBlock[] {
  const kinds = Object.entries(depth) as [BlockKind, number][];
  const block = (kind: BlockKind, index: number): PlannedBlock => ({
    kind,
    checkpoint: index < (checkpointed[kind] ?? 0),
  });
  const takeTurns = depth.spatial !== undefined;
  if (!takeTurns)
    return kinds.flatMap(([kind, count]) => Array.from({ length: count }, (_, index) => block(kind, index)));
  const most = Math.max(...kinds.map(([, count]) => count));
  return Array.from({ length: most }).flatMap((_, index) =>
    kinds.filter(([, count]) => index < count).map(([kind]) => block(kind, index)),
  );
}
