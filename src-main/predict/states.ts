import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { keepsEma } from './lora.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';
import { zeroRanks } from './ranks.js';
import { parametersOnRank, trainedOnRank } from './tensor-share.js';

/** Flat buffer and the gradients copied into it: main:… ColossalAI low_level_optim.py. */
const bucketCopies = 2;

/**
 * What training holds of the model itself on each GPU, under ZeRO as ColossalAI runs it
 * (colossalai/zero/low_level/low_level_optim.py, hybrid_parallel_plugin.py; facts §6). Bytes.
 *
 * Working weights are replicated, master weights and both moments are sharded in fp32, gradients are sharded but
 * under ZeRO-1. EMA is sharded: fp32 in v1.x, the weights' type in v2.0 (main:scripts/diffusion/train.py).
 */
export function trainingStates(version: ModelVersion, target: Target): RangedPart[] {
  const element = bytesPerElement[target.dtype];
  const all = parametersOnRank(version, target);
  const trained = trainedOnRank(version, target);
  // A LoRA's weights come beside the frozen ones, in their type (ColossalAI casts the whole module).
  const adapters = target.loraRank === null ? 0 : trained;
  const ranks = zeroRanks(target);
  const shard = trained / ranks;
  const gradients = element * (target.plugin === 'zero1' ? trained : shard);
  const counted = (id: string, name: string, bytes: number, note: string) =>
    rangedPart(id, name, bytes, 'modelled', spreads.counted, note);
  const over = ranks === 1 ? 'on one GPU' : `over ${ranks} GPUs`;
  const parts = [
    counted(
      'weights',
      'Weights',
      element * (all + adapters),
      target.loraRank === null
        ? `${version.parameters} parameters in ${target.dtype}`
        : `${version.parameters} frozen parameters and ${trained} of the LoRA in ${target.dtype}`,
    ),
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
      bucketCopies * element * Math.min(version.training.reduceBucketElements, trained),
      'reduce_bucket_size_in_m × 2^20 elements: the flat buffer and the gradients on their way into it',
    ),
  ];
  if (!keepsEma(version, target)) return parts;
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
export function stepTransient(version: ModelVersion, target: Target): RangedPart {
  return rangedPart(
    'step-transient',
    'Transient at the optimiser step',
    (4 * trainedOnRank(version, target)) / zeroRanks(target),
    'modelled',
    spreads.counted,
    'the fp32 copy of the gradient shard; the activations are freed by then',
  );
}

/**
 * v1.x's EMA at the start: a whole copy in fp32 on every GPU beside the weights and the optimiser's master weights,
 * sharded after the booster's work (v1.2:scripts/train.py `deepcopy(model).to(torch.float32)`, `model_sharding(ema)`).
 * v2.0's copy is made before the booster's work: `wholeWeights`.
 */
export function fullEma(version: ModelVersion, target: Target): RangedPart[] {
  if (!keepsEma(version, target) || version.training.emaBytesPerParameter === null) return [];
  const element = bytesPerElement[target.dtype];
  const counted = (id: string, name: string, bytes: number, note: string) =>
    rangedPart(id, name, bytes, 'modelled', spreads.counted, note);
  return [
    counted(
      'weights',
      'Weights',
      element * version.parameters,
      `${version.parameters} parameters in ${target.dtype}`,
    ),
    counted(
      'master-weights',
      'Master weights',
      (4 * trainedOnRank(version, target)) / zeroRanks(target),
      'fp32, sharded; the moments come with the first step',
    ),
    counted(
      'ema-whole',
      'EMA before it is sharded',
      4 * version.parameters,
      'the whole model in fp32 on every GPU',
    ),
  ];
}

/**
 * v1.x gathers the whole EMA on the first rank's GPU to save it, where each has a shard of it otherwise, and shards it
 * again (v1.2:opensora/utils/ckpt_utils.py `model_gathering`). v2.0's configs have none.
 */
export function gatheredEma(version: ModelVersion, target: Target): RangedPart[] {
  const { emaBytesPerParameter } = version.training;
  const ranks = zeroRanks(target);
  if (!keepsEma(version, target) || emaBytesPerParameter === null || ranks === 1) return [];
  return [
    rangedPart(
      'ema-gathered',
      'EMA while it is saved',
      emaBytesPerParameter * version.parameters * (1 - 1 / ranks),
      'modelled',
      spreads.counted,
      "the other ranks' shards, on the first rank alone",
    ),
  ];
}

/**
 * v2.0 builds the whole model on every rank before tensor parallelism shares it: main:opensora/models/mmdit/model.py
 * `Flux`, scripts/diffusion/train.py and inference.py. With a checkpoint to begin from it is built in the run's type;
 * without one (`from_pretrained=None`, as in the training configs) in fp32 and then turned, before the encoders are
 * there: the top. A LoRA has a checkpoint to adapt.
 *
 * EMA is copied where the model lies, on the GPU, and moves to the host then (scripts/diffusion/train.py
 * `deepcopy(model).cpu()`): twice the weights, which is what building in fp32 takes too, and before the encoders as well.
 *
 * @param besideBytes of the encoders that load after it
 */
export function wholeWeights(version: ModelVersion, target: Target, besideBytes: number): RangedPart[] {
  if (version.id !== 'v2.0') return [];
  const part = rangedPart(
    'whole-weights',
    'Whole model while it loads',
    bytesPerElement[target.dtype] * version.parameters,
    'modelled',
    spreads.counted,
    `all ${version.parameters} parameters in ${target.dtype} on every GPU, before they are shared; in fp32 where training starts without a checkpoint`,
  );
  if (keepsEma(version, target)) {
    const copy = Math.max(0, part.bytes - besideBytes);
    const note = 'a second copy on the GPU before the encoders are there: deepcopy(model).cpu()';
    return [
      part,
      rangedPart('ema-whole', 'EMA before it moves to the host', copy, 'modelled', spreads.counted, note),
    ];
  }
  if (target.task === 'infer' || target.loraRank !== null) return [part];
  return [{ ...part, range: [part.range[0], Math.max(part.range[1], 4 * version.parameters - besideBytes)] }];
}

/** Inference holds the weights and nothing else of the model. */
export function inferenceStates(version: ModelVersion, target: Target): RangedPart[] {
  return [
    rangedPart(
      'weights',
      'Weights',
      bytesPerElement[target.dtype] * parametersOnRank(version, target),
      'modelled',
      spreads.counted,
      `${version.parameters} parameters in ${target.dtype}`,
    ),
  ];
}
