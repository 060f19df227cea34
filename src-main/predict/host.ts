import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import { gibi } from '../contract/format.js';
import type { Target } from '../contract/target.js';
import { hostLoading } from './host-loading.js';
import { hostTraining } from './host-training.js';
import { keepsEma, trainedParameters } from './lora.js';
import { type RangedPart, rangedPart, sumOf } from './parts.js';

/** Host memory that one rank takes; the parts' sum is `bytes`. */
export interface HostMemory {
  bytes: number;
  range: [low: number, high: number];
  parts: RangedPart[];
}

/** Python with PyTorch, ColossalAI and CUDA's libraries, and their context: 2 to 5 GiB of a process that does nothing yet. */
const processBytes = 3 * gibi;
const processSpread = { low: 0.6, high: 1.7 };

/**
 * Host memory of one rank at its most: while the models load, or while training reads its data, whichever is more. Parts
 * that the first rank of a node alone has are spread over the node's ranks.
 */
export function hostMemory(version: ModelVersion, target: Target): HostMemory {
  const base = rangedPart(
    'process',
    'Python and CUDA',
    processBytes,
    'modelled',
    processSpread,
    'taken as 3 GiB: Python, PyTorch, ColossalAI, CUDA libraries and context',
  );
  const times = [
    [base, ...hostLoading(version, target)],
    ...(target.task === 'train' ? [[base, ...hostTraining(version, target)]] : []),
  ].map((parts): HostMemory => ({ ...sumOf(parts), parts }));
  const most = times.reduce((one, other) => (other.bytes > one.bytes ? other : one));
  return {
    ...most,
    range: [Math.max(...times.map(({ range }) => range[0])), Math.max(...times.map(({ range }) => range[1]))],
  };
}

/**
 * What one saved checkpoint takes on disk, in bytes; null in inference. The model (a LoRA alone where there is one) in the
 * run's type, AdamW's two moments in fp32, and EMA in its type (main:opensora/utils/ckpt.py `CheckpointIO.save`,
 * v1.2:opensora/utils/ckpt_utils.py `save`); v2.0's configs add the master weights in fp32 (`save_master_weights`).
 */
export function savedCheckpointBytes(version: ModelVersion, target: Target): number | null {
  if (target.task === 'infer') return null;
  const element = bytesPerElement[target.dtype];
  const trained = trainedParameters(version, target);
  const model = element * (target.loraRank === null ? version.parameters : trained);
  const ema = keepsEma(version, target)
    ? (version.training.emaBytesPerParameter ?? element) * version.parameters
    : 0;
  const master = version.id === 'v2.0' ? 4 * trained : 0;
  return model + 8 * trained + ema + master;
}
