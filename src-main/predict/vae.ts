import type { ModelVersion } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import { dcAeWork } from './vae-dc-ae.js';
import { hunyuanWork } from './vae-hunyuan.js';
import { type ConvolutionStyle, decoderPeak, encoderPeak, type Level, levelWidths } from './vae-walk.js';
import { element, pixelBytes, type VaeWork, type Way } from './vae-work.js';

/** Decoding the bucket's videos in inference. */
export function decodeWork(version: ModelVersion, target: Target, bucket: Bucket): VaeWork {
  if (version.id === 'v2.0') return workV2(target, bucket, 'decode');
  // The pieces of a video, and the same joined.
  const videos = 2 * pixelBytes(bucket, bucket.frames);
  return { ...worked(version, target, bucket, 'decode'), videos };
}

/** Encoding the bucket's videos in training; the pixels arrive in the model's type. */
export function encodeWork(version: ModelVersion, target: Target, bucket: Bucket): VaeWork {
  if (version.id === 'v2.0') return workV2(target, bucket, 'encode');
  return { ...worked(version, target, bucket, 'encode'), videos: pixelBytes(bucket, bucket.frames) };
}

function workV2(target: Target, bucket: Bucket, way: Way): VaeWork {
  return target.ae === 'dc-ae' ? dcAeWork(bucket, way) : hunyuanWork(target, bucket, way);
}

function worked(version: ModelVersion, target: Target, bucket: Bucket, way: Way): Omit<VaeWork, 'videos'> {
  return version.id === 'v1.3' ? causalWork(bucket, way) : planarWork(version, target, bucket, way);
}

/** diffusers' AutoencoderKL: every convolution by cuDNN, enlarging in fp32 since bf16 had no kernel. */
const planar: ConvolutionStyle = { padded: false, turned: true, chunkElements: null };

/**
 * v1.0–v1.2: a 2D VAE over frames, `micro_batch_size` at a time, of which tiling leaves one (v1.2:opensora/models/vae/vae.py). v1.1's and v1.2's
 * configs say 4. v1.0's say 64 for 64 frames and else 128 or nothing, which is all of a batch of no more than that
 * (v1.0:configs/opensora/train and inference); a user may have set 4. v1.2's temporal VAE works on 17 latent frames of the whole batch at the latent's size:
 * v1.2:opensora/models/vae/vae_temporal.py, 256 channels at 20 frames being its largest.
 */
function planarWork(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  way: Way,
): Omit<VaeWork, 'videos'> {
  const frames = bucket.batch * bucket.frames;
  const published = version.id !== 'v1.0' ? 4 : bucket.frames === 64 ? 64 : 128;
  const configured = target.vaeTiling ? 1 : published;
  const micro = Math.min(frames, configured);
  const pixels = bucket.height * bucket.width;
  const levels = levelWidths.map(
    (width, level): Level => ({ width, frames: micro, pixels: pixels / 4 ** level }),
  );
  const walked = way === 'decode' ? decoderPeak(planar, true, levels) : encoderPeak(planar, levels);
  const spatial = walked * element;
  const temporal = version.id === 'v1.2' ? temporalPeak(bucket) * element : 0;
  const activations = Math.max(spatial, temporal);
  return {
    activations,
    least: version.id === 'v1.0' && !target.vaeTiling ? (spatial * Math.min(frames, 4)) / micro : activations,
    note:
      temporal > spatial
        ? `the temporal VAE over 17 frames of ${bucket.batch} videos (v1.2:opensora/models/vae/vae_temporal.py)`
        : `the 2D VAE over ${micro} frames at a time (${target.vaeTiling ? 'micro_batch_size set to 1' : `${version.id}:configs, micro_batch_size`}; v1.2:opensora/models/vae/vae.py)`,
  };
}

/** A residual block of 256 channels over the frames of one chunk, padded to a multiple of 4. */
function temporalPeak({ batch, frames, height, width }: Bucket): number {
  const positions = batch * 4 * Math.ceil(Math.min(frames, 17) / 4) * (height / 8) * (width / 8);
  const channels = 256 * positions;
  // Input, activation, its padded copy, output; and the workspace that turns the last two.
  return 6 * channels;
}

/** v1.3's causal 3D convolutions work in tiles of 4 frames (`use_tiled_conv3d`), so that their workspace is small. */
const causal: ConvolutionStyle = { padded: true, turned: false, chunkElements: null };

/**
 * v1.3: one video at a time in chunks of 17 frames, halved in time at the second and third level
 * (v1.3:opensora/models/vae_v1_3/vae.py, encoder.py, decoder.py). Its decoder makes 4 × 5 frames of 5.
 */
function causalWork(bucket: Bucket, way: Way): Omit<VaeWork, 'videos'> {
  const pixels = bucket.height * bucket.width;
  const chunk = Math.min(bucket.frames, 17);
  const full = way === 'decode' ? 4 * Math.ceil(chunk / 4) : chunk;
  const frames = [full, full, Math.ceil(full / 2), Math.ceil(full / 4)];
  const levels = levelWidths.map(
    (width, level): Level => ({ width, frames: frames[level]!, pixels: pixels / 4 ** level }),
  );
  const walked = way === 'decode' ? decoderPeak(causal, false, levels) : encoderPeak(causal, levels);
  return {
    activations: walked * element,
    least: walked * element,
    note: `the 3D VAE over ${chunk} frames of one video (v1.3:configs, micro_batch_size 1, micro_frame_size 17; v1.3:opensora/models/vae_v1_3)`,
  };
}
