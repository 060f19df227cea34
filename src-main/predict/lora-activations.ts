import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import type { Kind } from './block-kinds.js';
import { adaptersOnPath } from './lora.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';

/**
 * What a LoRA keeps beside the blocks' own: `lora_A`'s result, of its rank, for each adapted layer that is not
 * recomputed (peft `lora_B(lora_A(x))`; its input is the layer's own, kept already). Bytes of one GPU.
 *
 * @param share of the tokens that each GPU of a sequence group works on
 */
export function loraActivations(
  version: ModelVersion,
  target: Target,
  kinds: readonly Kind[],
  share: number,
): RangedPart[] {
  if (target.loraRank === null) return [];
  const perWidth = target.loraRank / version.hidden;
  const bytes = kinds.reduce((sum, { kind, depth, checkpointed, analysis }) => {
    const blocks = depth - checkpointed + (checkpointed > 0 ? 1 : 0);
    return sum + blocks * adaptersOnPath(kind) * analysis.blockInputBytes * perWidth;
  }, 0);
  return [
    rangedPart(
      'lora-activations',
      "The LoRA's own activations",
      bytes * share,
      'modelled',
      spreads.loraActivations,
      `rank ${target.loraRank} for each token and adapted layer in ${target.dtype} (${bytesPerElement[target.dtype]} bytes)`,
    ),
  ];
}
