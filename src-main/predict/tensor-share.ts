import type { BlockKind, ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { trainedParameters } from './lora.js';

/**
 * What tensor parallelism divides of MMDiT's blocks, in tensors `[tokens, hidden]`, as Megatron does: the linear layers
 * to q, k, v and into the MLP give each GPU its share of heads and widths, those back to the stream need all of them
 * (main:opensora/models/mmdit/distributed.py `MMDiTPolicy`: Linear1D_Col and Linear1D_Row, no sequence parallelism
 * between them). The stream, its norms, their modulated forms and what the row layers give stay whole on every GPU.
 *
 * Kept for the backward, double: q and k before their norm (2), the joint q, k, v (3), attention's result (1) and, of
 * several samples, its contiguous slices (1), both sides of the GELU (8). Single: q and k before and after their norm (4), v
 * with the MLP's input (5), attention's result (1), what linear2 takes (5).
 */
const keptTensors = (kind: BlockKind, samples: number) =>
  kind === 'double' ? (samples > 1 ? 15 : 14) : kind === 'single' ? 15 : 0;

/** Of the 19 tensors that upstream's inference holds at once (unfused.ts), those divided. */
const heldShare = { double: 15 / 19, single: 17 / 19, spatiotemporal: 0, spatial: 0, temporal: 0 } as const;

/** What is left on each of `ranks` GPUs of a training block's tensors, 0–1. */
export function trainingShare(
  kind: BlockKind,
  samples: number,
  ownBytes: number,
  inputBytes: number,
  ranks: number,
): number {
  const divided = Math.min(1, (keptTensors(kind, samples) * inputBytes) / ownBytes);
  return 1 - divided * (1 - 1 / ranks);
}

/** The same of a block in inference. */
export function inferenceShare(kind: BlockKind, ranks: number): number {
  return 1 - heldShare[kind] * (1 - 1 / ranks);
}

/**
 * Parameters that `MMDiTPolicy` divides: q, k, v and the MLP's first layer with their biases, output and the MLP's second
 * layer without. Modulation, norms, embedders and the last layer are not in it and stay whole on every GPU: a third of a
 * double block and a fifth of a single one.
 */
function dividedParameters({ hidden, depth }: ModelVersion): number {
  const stream = 12 * hidden ** 2 + 7 * hidden;
  return (2 * (depth.double ?? 0) + (depth.single ?? 0)) * stream;
}

/** Parameters of the model that one of a tensor group's GPUs holds; all of them where there is no group. */
export function parametersOnRank(version: ModelVersion, { tensorParallel }: Target): number {
  return version.parameters - dividedParameters(version) * (1 - 1 / tensorParallel);
}

/** Of these, the ones that training updates; a LoRA is never divided (upstream takes none with tensor parallelism). */
export function trainedOnRank(version: ModelVersion, target: Target): number {
  const divided = dividedParameters(version) * (1 - 1 / target.tensorParallel);
  return trainedParameters(version, target) - divided;
}
