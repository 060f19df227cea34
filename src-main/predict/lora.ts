import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';

/**
 * Linear layers of one block that a LoRA adapts, as multiples of the width: inputs plus outputs of each.
 *
 * No config of upstream's has a `lora_config`, and peft knows no default for these models, so that the user names
 * `target_modules`; the model's own remark is "we only apply lora to double/single blocks" (main:opensora/models/mmdit/
 * model.py). Taken here: every linear of attention and MLP, modulation left out. Fewer would keep and train less.
 *
 * A stream of the double block: q, k, v, output (2 each), both of the MLP (5 each); single: q, k (2 each), v_mlp (6), linear2
 * (6). STDiT3 (v1.3:opensora/models/stdit/stdit3.py): qkv (4), output (2), the cross attention's q, kv, output (2 + 3 + 2),
 * both of the MLP (5 each).
 */
const adapted: Partial<Record<BlockKind, readonly number[]>> = {
  double: [2, 2, 2, 2, 5, 5, 2, 2, 2, 2, 5, 5],
  single: [2, 2, 6, 6],
  spatial: [4, 2, 2, 3, 2, 5, 5],
  temporal: [4, 2, 2, 3, 2, 5, 5],
};

/** Adapted linear layers that each token of a block passes; a token of the double block passes one stream's. */
export function adaptersOnPath(kind: BlockKind): number {
  const all = adapted[kind]?.length ?? 0;
  return kind === 'double' ? all / 2 : all;
}

/** Parameters of a LoRA of this rank: rank × (inputs + outputs) of each adapted layer (peft `lora_A`, `lora_B`, no bias). */
export function loraParameters(version: ModelVersion, rank: number): number {
  const widths = (Object.entries(version.depth) as [BlockKind, number][]).reduce(
    (sum, [kind, depth]) => sum + depth * (adapted[kind] ?? []).reduce((total, width) => total + width, 0),
    0,
  );
  return rank * widths * version.hidden;
}

/** Parameters that training updates, over all GPUs: the LoRA's alone where there is one. */
export function trainedParameters(version: ModelVersion, { loraRank }: Target): number {
  return loraRank === null ? version.trainableParameters : loraParameters(version, loraRank);
}

/** Whether EMA is kept; v2.0 makes none of a LoRA (main:scripts/diffusion/train.py `not use_lora`). */
export function keepsEma(version: ModelVersion, target: Target): boolean {
  return target.ema && !(version.id === 'v2.0' && target.loraRank !== null);
}
