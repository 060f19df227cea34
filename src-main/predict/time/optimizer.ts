import { bytesPerElement, type ModelVersion } from '../../../models/catalog/types.js';
import type { Target } from '../../contract/target.js';
import type { GpuSpec } from '../gpu-spec.js';
import { keepsEma } from '../lora.js';
import { zeroRanks } from '../ranks.js';
import { parametersOnRank, trainedOnRank } from '../tensor-share.js';
import { copyBandwidth } from './rates.js';

/**
 * Bytes of memory that one parameter's update moves beside its own type: gradient to fp32 (write), norm (read), unscaling and
 * clipping (read and write), Adam (reads gradient, weight and two moments, writes three), the new weight (read).
 * colossalai/zero/low_level/low_level_optim.py, nn/optimizer/hybrid_adam.py.
 */
const updateBytes = 4 + 4 + 8 + 28 + 4;
/** Its gradient read and zeroed, the new weight written, in its own type. */
const ownSides = 3;
/** `mul_`, then `add_` of the master weight: two reads and writes, and one more read (v1.2:opensora/utils/train_utils.py). */
const emaPasses = 5;

/** Seconds of the update of this GPU's shard. */
export function updateSeconds(version: ModelVersion, target: Target, gpu: GpuSpec): number {
  const shard = trainedOnRank(version, target) / zeroRanks(target);
  return (shard * (updateBytes + ownSides * bytesPerElement[target.dtype])) / copyBandwidth(gpu);
}

/** Seconds of the EMA's update of this GPU's shard; 0 where there is none. */
export function emaSeconds(version: ModelVersion, target: Target, gpu: GpuSpec): number {
  if (!keepsEma(version, target)) return 0;
  const shard = parametersOnRank(version, target) / zeroRanks(target);
  const element = version.training.emaBytesPerParameter ?? bytesPerElement[target.dtype];
  return (shard * emaPasses * element) / copyBandwidth(gpu);
}
