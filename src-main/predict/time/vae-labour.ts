import type { ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket, Target } from '../../contract/target.js';
import { vaeRanks } from '../vae-hunyuan.js';
import type { Way } from '../vae-work.js';
import { cutFrames, cutPixels } from './tiles.js';
import { type Labour, labourOf, temporalLevels, walkLevels } from './vae-levels.js';

/**
 * The whole labour of one micro-batch's videos. v1.0–v1.2 run diffusers' AutoencoderKL some frames at a time, v1.2 its
 * temporal VAE after it; v1.3 and v2.0 are causal in 3D, one video at a time.
 */
export function vaeLabour(version: ModelVersion, target: Target, bucket: Bucket, way: Way): Labour {
  const one = labourOfOne(version, target, bucket, way);
  return {
    flops: bucket.batch * one.flops,
    bytes: bucket.batch * one.bytes,
    kernels: bucket.batch * one.kernels,
  };
}

/** A search asks for the same videos thousands of times. */
const walked = new Map<string, Labour>();

function labourOfOne(version: ModelVersion, target: Target, bucket: Bucket, way: Way): Labour {
  const { frames, height, width } = bucket;
  const key = `${version.id} ${target.ae} ${target.vaeTiling} ${vaeRanks(target)} ${way} ${frames} ${height} ${width}`;
  const known = walked.get(key);
  if (known !== undefined) return known;
  const made =
    version.id === 'v2.0'
      ? target.ae === 'dc-ae'
        ? dcAeLabour(bucket, way)
        : hunyuanLabour(target, bucket, way)
      : version.id === 'v1.3'
        ? labourOf(walkLevels(way, causalFrames(way, frames), height * width, 1), convolution3d, frames / 17)
        : planarLabour(version, target, bucket, way);
  walked.set(key, made);
  return made;
}

/** Positions of a kernel: 3 × 3, 3 × 3 × 3. */
const convolution2d = 9;
const convolution3d = 27;

/** Frames at the four levels where time is halved twice, late in encoding: v1.3, v2.0. */
function causalFrames(way: Way, frames: number): number[] {
  const half = Math.ceil(frames / 2);
  const quarter = Math.ceil(frames / 4);
  return way === 'encode' ? [frames, frames, half, quarter] : [frames, half, quarter, quarter];
}

/** Frames at a time: `micro_batch_size` of v1.0's configs for 64 frames, of v1.1's and v1.2's; tiling leaves one. */
const microBatch = { 'v1.0': 64, 'v1.1': 4, 'v1.2': 4 } as const;

function planarLabour(version: ModelVersion, target: Target, bucket: Bucket, way: Way): Labour {
  const { frames, height, width } = bucket;
  const pixels = height * width;
  const micro = target.vaeTiling ? 1 : microBatch[version.id as keyof typeof microBatch];
  const planar = labourOf(
    walkLevels(way, [frames, frames, frames, frames], pixels, 1),
    convolution2d,
    Math.ceil(frames / micro),
  );
  if (version.id !== 'v1.2') return planar;
  const temporal = labourOf(temporalLevels((frames * pixels) / 64), convolution3d, frames / 17);
  return {
    flops: planar.flops + temporal.flops,
    bytes: planar.bytes + temporal.bytes,
    kernels: planar.kernels + temporal.kernels,
  };
}

/**
 * Decoding works in tiles of 256 pixels, and in time too with `vaeTiling`; training's own line encodes without tiles
 * (main:scripts/diffusion/train.py `model_ae.encode`), unless tiling is asked for.
 */
function hunyuanLabour(target: Target, bucket: Bucket, way: Way): Labour {
  const tiled = way === 'decode' || target.vaeTiling;
  const { pixels, tiles } = tiled ? cutPixels(bucket) : { pixels: bucket.height * bucket.width, tiles: 1 };
  // main:opensora/models/hunyuan_vae/autoencoder_kl_causal_3d.py: tiles of 64 frames and the one before, 48 apart.
  const inTime = target.vaeTiling
    ? cutFrames(bucket.frames, 64, 65, 48)
    : { length: bucket.frames, tiles: 1 };
  const levels = walkLevels(way, causalFrames(way, inTime.length), pixels, vaeRanks(target));
  return labourOf(levels, convolution3d, tiles * inTime.tiles);
}

/**
 * DC-AE's first three levels, whose convolutions are as wide as HunyuanVideo's and work on all frames; the EfficientViT
 * blocks after them, at a 64th of the pixels and less, are left out. Decoding is tiled in space and time, 32 frames 24
 * apart: main:opensora/models/dc_ae/models/dc_ae.py, configs/diffusion/inference/high_compression.py.
 */
function dcAeLabour(bucket: Bucket, way: Way): Labour {
  const { frames, height, width } = bucket;
  const { pixels, tiles } = way === 'decode' ? cutPixels(bucket) : { pixels: height * width, tiles: 1 };
  const inTime = way === 'decode' ? cutFrames(frames, 32, 32, 24) : { length: frames, tiles: 1 };
  const { length } = inTime;
  const levels = walkLevels(way, [length, length, length, length], pixels, 1).slice(0, 3);
  return labourOf(levels, convolution3d, tiles * inTime.tiles);
}
