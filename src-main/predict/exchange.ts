import type { BlockKind, ModelVersion, Task } from '../../models/catalog/types.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';

/** A block's exchange among the GPUs of a sequence group, in tensors `[own tokens, hidden]` of the run's type. */
interface Exchange {
  /** All of its buffers. */
  buffers: number;
  /** What they add to the block's peak, which is elsewhere: what is freed by then is taken off. */
  beyondPeak: number;
}

/**
 * v2.0's ring attention (main:opensora/models/mmdit/distributed.py `RingAttention`, the mode of all its configs).
 * Backward: two buffers of k and v (4), the gradients of one step (3), two buffers of k's and v's gradients in fp32 (8), q's
 * in fp32 (2). Forward: the two buffers (4), two steps' results (2), the result so far and the correction of it in fp32 (6).
 * By the backward of attention, what the MLP kept is gone: 10 tensors in the double block, 5 in the single. In inference
 * the block's peak is past attention, 9 to 10 tensors above what is held there.
 */
const ring: Record<Task, { buffers: number; freed: Partial<Record<BlockKind, number>> }> = {
  train: { buffers: 17, freed: { double: 10, single: 5 } },
  infer: { buffers: 12, freed: { double: 9, single: 10 } },
};

/**
 * v1.x's all-to-all (v1.2:opensora/models/layers/blocks.py `SeqParallelAttention`): q, k and v as they go out and as they
 * come in. One of the two would be there without it.
 */
const allToAll: Exchange = { buffers: 6, beyondPeak: 3 };

function exchangeOf(version: ModelVersion, kind: BlockKind, task: Task): Exchange {
  if (version.id !== 'v2.0') return allToAll;
  const { buffers, freed } = ring[task];
  return { buffers, beyondPeak: buffers - (freed[kind] ?? 0) };
}

/** What a sequence group's exchange adds to the peak of the block under way; the top is all of its buffers. Bytes. */
export function exchangePart(
  version: ModelVersion,
  task: Task,
  kind: BlockKind,
  tensorBytes: number,
): RangedPart {
  const { buffers, beyondPeak } = exchangeOf(version, kind, task);
  const part = rangedPart(
    'sequence-exchange',
    "Sequence parallelism's buffers",
    beyondPeak * tensorBytes,
    'modelled',
    spreads.unfused,
    version.id === 'v2.0'
      ? 'ring attention: keys and values twice, and their gradients in fp32 (main:opensora/models/mmdit/distributed.py)'
      : 'all-to-all of q, k and v, in and out (v1.2:opensora/models/layers/blocks.py)',
  );
  return { ...part, range: [0, Math.ceil(buffers * tensorBytes)] };
}
