import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { offloadPart } from './host-offload.js';
import { keepsEma } from './lora.js';
import { type RangedPart, rangedPart, spreads } from './parts.js';

/** T5-v1.1-XXL as it is published, decoder and all, in fp32: 11.14 × 10^9 parameters. */
const t5FileBytes = 44.5e9;

/**
 * What a rank holds on the host while its models load, beside its process. One model is read after the other and moves
 * to the GPU, so that the largest counts.
 */
export function hostLoading(version: ModelVersion, target: Target): RangedPart[] {
  const read = version.id === 'v2.0' ? readMapped(version, target) : readWhole(version, target);
  return [read, ...emaCopy(version, target), ...offloadPart(version, target)];
}

/**
 * v2.0 maps its safetensors file (main:opensora/utils/ckpt.py `load_file(path, device='cpu')`): pages of the file that the
 * system may drop and that ranks share, so that for certain it is nothing. T5's file is mapped or read, by what
 * transformers makes of its format: the top.
 */
function readMapped(version: ModelVersion, target: Target): RangedPart {
  const part = rangedPart(
    'checkpoint-read',
    'Checkpoint while it is read',
    bytesPerElement[target.dtype] * version.parameters,
    'modelled',
    spreads.counted,
    "the transformer's file, mapped (main:opensora/utils/ckpt.py); T5's of 44.5 GB follows it, and may be read whole",
  );
  return { ...part, range: [0, target.cachedText ? part.range[1] : Math.max(part.range[1], t5FileBytes)] };
}

/** Of what is built on the host: some of it is freed early or, with shards, there twice. */
const builtSpread = { low: 0.5, high: 1.6 };

/**
 * v1.x builds T5 and the transformer on the host in fp32 and moves them (v1.2:opensora/models/text_encoder/t5.py,
 * scripts/train.py `build_module(...).to(device, dtype)`); T5 is the larger.
 */
function readWhole(version: ModelVersion, target: Target): RangedPart {
  const t5 = version.components.find(({ id }) => id === 'text-encoder')!.parameters;
  const parameters = target.cachedText ? version.parameters : Math.max(t5, version.parameters);
  return rangedPart(
    'checkpoint-read',
    'Model while it is built',
    4 * parameters,
    'modelled',
    builtSpread,
    `${target.cachedText ? 'the transformer' : 'T5'} in fp32 before it moves to the GPU (v1.2:opensora/models/text_encoder/t5.py, scripts/train.py)`,
  );
}

/** v2.0 copies the whole model to the host for EMA, until it is sharded to the GPUs (main:scripts/diffusion/train.py). */
function emaCopy(version: ModelVersion, target: Target): RangedPart[] {
  if (version.id !== 'v2.0' || !keepsEma(version, target)) return [];
  return [
    rangedPart(
      'ema-copy',
      'EMA before it is sharded',
      bytesPerElement[target.dtype] * version.parameters,
      'modelled',
      spreads.counted,
      `the whole model in ${target.dtype}: main:scripts/diffusion/train.py deepcopy(model).cpu()`,
    ),
  ];
}
