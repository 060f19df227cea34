import { dcAeWidths } from '../../models/catalog/dc-ae.js';
import type { Bucket } from '../contract/target.js';
import { colours, element, pixelBytes, type VaeWork, type Way } from './vae-work.js';

/** main:configs/diffusion/train and inference/high_compression.py: tiles of 256 pixels and 32 frames, a quarter overlapping. */
const tile = { side: 256, frames: 32, stride: 192, frameStride: 24 } as const;

/**
 * Peak of its first level, in tensors of 128 channels at the image's size: in a residual block, its input, the first
 * convolution's result, the second's, and that in fp32 and squared for the norm (2 each): main:opensora/models/dc_ae/models/
 * nn/ops.py `ResBlock`, nn/norm.py `RMSNorm3d`. Levels further in are smaller, their expansion by eight included.
 */
const eagerTensors = 7;

/** The same compiled, as training's encoder is: the norm's steps are one kernel; a padded copy of the input is left. */
const compiledTensors = 4;

/**
 * DC-AE: one video at a time, a tile at a time (main:opensora/models/dc_ae/models/dc_ae.py `encode_single`,
 * `temporal_tiled_decode`); the tiles in time are kept until all are made and then joined.
 *
 * Training calls the compiled encoder itself, past the tiling (main:scripts/diffusion/train.py `model_ae.encode`), one video
 * at a time in its conditioned config: the top, where that is more.
 */
export function dcAeWork(bucket: Bucket, way: Way): VaeWork {
  const { batch, frames, height, width } = bucket;
  const high = Math.min(height, tile.side);
  const wide = Math.min(width, tile.side);
  const tileFrames = Math.min(frames, tile.frames);
  const tensor = (positions: number) => dcAeWidths[0] * positions * element;
  const activations = eagerTensors * tensor(tileFrames * high * wide);
  const tiles = Math.ceil(height / tile.stride) * Math.ceil(width / tile.stride);
  const pieces = tiles * batch * tileFrames * high * wide * colours * element;
  const tilesInTime = frames > tile.frames ? Math.ceil(frames / tile.frameStride) : 1;
  const whole = pixelBytes(bucket, frames);
  return {
    activations,
    least: activations,
    ...(way === 'encode' ? { most: compiledTensors * tensor(frames * height * width) } : {}),
    videos: way === 'encode' ? whole : pieces + tilesInTime * pixelBytes(bucket, tileFrames) + whole,
    note: `DC-AE over ${tileFrames} of ${frames} frames of one video in tiles of ${high} × ${wide} pixels (main:opensora/models/dc_ae/models/dc_ae.py)`,
  };
}
