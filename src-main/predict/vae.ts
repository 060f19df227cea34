import { bytesPerElement, type ModelVersion } from '../../models/catalog/types.js';
import type { Bucket } from '../contract/target.js';
import { type ConvolutionStyle, decoderPeak, encoderPeak, type Level, levelWidths } from './vae-walk.js';

/** What the VAE holds beside its weights while it works on one micro-batch. Bytes. */
export interface VaeWork {
  /** Live peak of the convolutions. */
  activations: number;
  /** The least that it may be, where upstream's scripts do not say which micro-batch or kernels they run it with. */
  least: number;
  /** The whole videos: pixels in or out, and tiles and pieces before they are joined. */
  videos: number;
  /** How it is cut, with the source. */
  note: string;
}

const element = bytesPerElement.bf16;
const colours = 3;

/** Frames of one level where a causal VAE halves time: the first frame stays. */
const halved = (frames: number) => Math.floor((frames - 1) / 2) + 1;

/** Decoding the bucket's videos in inference. */
export function decodeWork(version: ModelVersion, bucket: Bucket): VaeWork {
  if (version.id === 'v2.0') return hunyuanWork(bucket, 'decode');
  const video = bucket.batch * bucket.frames * bucket.height * bucket.width * colours * element;
  // The pieces of a video, and the same joined.
  return { ...worked(version, bucket, 'decode'), videos: 2 * video };
}

/** Encoding the bucket's videos in training; the pixels arrive in the model's type. */
export function encodeWork(version: ModelVersion, bucket: Bucket): VaeWork {
  if (version.id === 'v2.0') return hunyuanWork(bucket, 'encode');
  const video = bucket.batch * bucket.frames * bucket.height * bucket.width * colours * element;
  return { ...worked(version, bucket, 'encode'), videos: video };
}

type Way = 'encode' | 'decode';

function worked(version: ModelVersion, bucket: Bucket, way: Way): Omit<VaeWork, 'videos'> {
  return version.id === 'v1.3' ? causalWork(bucket, way) : planarWork(version, bucket, way);
}

/** diffusers' AutoencoderKL: every convolution by cuDNN, enlarging in fp32 since bf16 had no kernel. */
const planar: ConvolutionStyle = { padded: false, turned: true, chunkElements: null };

/**
 * v1.0–v1.2: a 2D VAE over frames, `micro_batch_size` at a time (v1.2:opensora/models/vae/vae.py). v1.1's and v1.2's
 * configs say 4. v1.0's say 64 for 64 frames and else 128 or nothing, which is all of a batch of no more than that
 * (v1.0:configs/opensora/train and inference); a user may have set 4. v1.2's temporal VAE works on 17 latent frames of the whole batch at the latent's size:
 * v1.2:opensora/models/vae/vae_temporal.py, 256 channels at 20 frames being its largest.
 */
function planarWork(version: ModelVersion, bucket: Bucket, way: Way): Omit<VaeWork, 'videos'> {
  const frames = bucket.batch * bucket.frames;
  const configured = version.id !== 'v1.0' ? 4 : bucket.frames === 64 ? 64 : 128;
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
    least: version.id === 'v1.0' ? (spatial * Math.min(frames, 4)) / micro : activations,
    note:
      temporal > spatial
        ? `the temporal VAE over 17 frames of ${bucket.batch} videos (v1.2:opensora/models/vae/vae_temporal.py)`
        : `the 2D VAE over ${micro} frames at a time (${version.id}:configs, micro_batch_size; v1.2:opensora/models/vae/vae.py)`,
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

/**
 * HunyuanVideo's VAE pads by a copy and makes convolutions of more than 2^30 elements in chunks
 * (main:opensora/models/vae/utils.py channel_chunk_conv3d); its kernels' workspaces are not counted.
 */
const hunyuan: ConvolutionStyle = { padded: true, turned: false, chunkElements: 2 ** 30 };

const tileSide = 256;
/** Tiles begin this far from each other: an overlap of a quarter. */
const tileStride = 192;

/**
 * v2.0: tiles of 256 pixels, all frames of the whole batch at once (`use_spatial_tiling`, no temporal tiling, no
 * slicing): main:configs/diffusion/inference/256px.py, train/image.py; autoencoder_kl_causal_3d.py. Time is halved
 * twice: late in the encoder, early in the decoder seen from the image (vae.py). Tiles are kept until all are made and then joined, rows first.
 *
 * Training's own line calls the compiled encoder without tiles (main:scripts/diffusion/train.py `model_ae.encode`),
 * which its own published buckets rule out at 768px; conditioned runs encode one video at a time. So the least is one video's.
 */
function hunyuanWork(bucket: Bucket, way: Way): VaeWork {
  const { batch, frames, height, width } = bucket;
  const half = halved(frames);
  const quarter = halved(half);
  const times = way === 'encode' ? [frames, frames, half, quarter] : [frames, half, quarter, quarter];
  const pixels = Math.min(height, tileSide) * Math.min(width, tileSide);
  const walk = (samples: number) => {
    const levels = levelWidths.map(
      (channels, level): Level => ({
        width: channels,
        frames: samples * times[level]!,
        pixels: pixels / 4 ** level,
      }),
    );
    const layers = way === 'decode' ? decoderPeak(hunyuan, false, levels) : encoderPeak(hunyuan, levels);
    // In the middle, a mask of all positions to all in each sample, built whole and repeated.
    const positions = times[3]! * (pixels / 64);
    return Math.max(layers, (1 + samples) * positions ** 2) * element;
  };
  const tiled = height > tileSide || width > tileSide;
  const tiles = tiled ? Math.ceil(height / tileStride) * Math.ceil(width / tileStride) : 1;
  const video = batch * frames * height * width * colours * element;
  const pieces = tiles * batch * frames * pixels * colours * element;
  return {
    activations: walk(batch),
    least: way === 'encode' ? walk(1) : walk(batch),
    videos: way === 'encode' ? video : pieces + (tiled ? 2 * video : 0),
    note: `HunyuanVideo's VAE over all ${frames} frames of ${batch === 1 ? 'one video' : `${batch} videos`} in ${tiled ? `${tiles} tiles of ` : ''}${Math.min(height, tileSide)} × ${Math.min(width, tileSide)} pixels (main:opensora/models/hunyuan_vae/autoencoder_kl_causal_3d.py)`,
  };
}
