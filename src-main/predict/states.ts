import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';

/** Flat buffer and the gradients copied into it: main:… ColossalAI low_level_optim.py. */
const bucketCopies = 2;

/** GPUs that share the optimiser's states: ZeRO shards over data-parallel and sequence ranks alike. */
export function zeroRanks(target: Target): number {
  return target.gpuCount / target.tensorParallel;
}

/**
 * What training holds of the model itself on each GPU, under ZeRO as ColossalAI runs it
 * (colossalai/zero/low_level/low_level_optim.py, hybrid_parallel_plugin.py; facts §6). Bytes.
 *
 * Working weights are replicated, master weights and both moments are sharded in fp32, gradients are sharded but
 * under ZeRO-1. EMA is sharded: fp32 in v1.x, the weights' type in v2.0 (main:scripts/diffusion/train.py).
 */
export function trainingStates(version: ModelVersion, target: Target): RangedPart[] {
  const element = bytesPerElement[target.dtype];
  const all = version.parameters / target.tensorParallel;
  const trained = version.trainableParameters / target.tensorParallel;
  const ranks = zeroRanks(target);
  const shard = trained / ranks;
  const gradients = element * (target.plugin === 'zero1' ? trained : shard);
  const counted = (id: string, name: string, bytes: number, note: string) =>
    rangedPart(id, name, bytes, 'modelled', spreads.counted, note);
  const over = ranks === 1 ? 'on one GPU' : `over ${ranks} GPUs`;
  const parts = [
    counted('weights', 'Weights', element * all, `${version.parameters} parameters in ${target.dtype}`),
    counted(
      'gradients',
      'Gradients',
      gradients,
      `${target.dtype}, ${target.plugin === 'zero1' ? 'whole under ZeRO-1' : `sharded ${over}`}`,
    ),
    counted('master-weights', 'Master weights', 4 * shard, `fp32, sharded ${over}`),
    counted('moments', 'AdamW moments', 8 * shard, `two in fp32, sharded ${over}; from the first step on`),
    counted(
      'reduce-buckets',
      'Reduce buckets',
      bucketCopies * element * version.training.reduceBucketElements,
      'reduce_bucket_size_in_m × 2^20 elements: the flat buffer and the gradients on their way into it',
    ),
  ];
  if (!target.ema) return parts;
  const emaElement = version.training.emaBytesPerParameter ?? element;
  return [
    ...parts,
    counted(
      'ema',
      'EMA of the weights',
      (emaElement * all) / ranks,
      `${emaElement} bytes each, sharded ${over}`,
    ),
  ];
}

/**
 * What exists at `step()` alone: an fp32 copy of the gradient shard. The activations are gone by then.
 * Source: colossalai/zero/low_level/low_level_optim.py (facts §6).
 */
export function stepTransientBytes(version: ModelVersion, target: Target): number {
  return (4 * version.trainableParameters) / target.tensorParallel / zeroRanks(target);
}

/** Inference holds the weights and nothing else of the model. */
export function inferenceStates(version: ModelVersion, target: Target): RangedPart[] {
  return [
    rangedPart(
      'weights',
      'Weights',
      (bytesPerElement[target.dtype] * version.parameters) / target.tensorParallel,
      'modelled',
      spreads.counted,
      `${version.parameters} parameters in ${target.dtype}`,
    ),
  ];
}
