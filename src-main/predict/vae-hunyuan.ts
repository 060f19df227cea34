import type { Bucket, Target } from '../contract/target.js';
import { type ConvolutionStyle, decoderPeak, encoderPeak, type Level, levelWidths } from './vae-walk.js';
import { colours, element, pixelBytes, type VaeWork, type Way } from './vae-work.js';

/**
 * HunyuanVideo's VAE pads by a copy and makes convolutions of more than 2^30 elements in chunks
 * (main:opensora/models/vae/utils.py channel_chunk_conv3d); its kernels' workspaces are not counted.
 */
const hunyuan: ConvolutionStyle = { padded: true, turned: false, chunkElements: 2 ** 30 };

/** Frames of one level where a causal VAE halves time: the first frame stays. */
const halved = (frames: number) => Math.floor((frames - 1) / 2) + 1;

/** `tp_size` of `plugin_config_ae`. */
const mostVaeRanks = 8;

const tileSide = 256;
/** Tiles begin this far from each other: an overlap of a quarter. */
const tileStride = 192;

/** Tiles in time, with `use_temporal_tiling`: 64 frames and the one before, beginning 48 frames from each other. */
const tileFrames = 65;
const tileFrameStride = 48;

/**
 * v2.0: tiles of 256 pixels, all frames of the whole batch at once (`use_spatial_tiling`, no temporal tiling, no
 * slicing): main:configs/diffusion/inference/256px.py, train/image.py; autoencoder_kl_causal_3d.py. Time is halved
 * twice: late in the encoder, early in the decoder seen from the image (vae.py). Tiles are kept until all are made and then joined, rows first.
 *
 * Training's own line calls the compiled encoder without tiles (main:scripts/diffusion/train.py `model_ae.encode`),
 * which its own published buckets rule out at 768px; conditioned runs (`target.i2v`) encode one video at a time. So the least is one video's.
 *
 * Tensor ranks share the VAE's levels of 128 and 256 channels (main:opensora/models/hunyuan_vae/policy.py): the inference plugins
 * sp.py and tp.py both say `plugin_config_ae` with 8 of them, or as many as there are.
 */
export function hunyuanWork(target: Target, bucket: Bucket, way: Way): VaeWork {
  const { batch, height, width } = bucket;
  const inTime = target.vaeTiling && bucket.frames > tileFrames - 1;
  const frames = inTime ? tileFrames : bucket.frames;
  const half = halved(frames);
  const quarter = halved(half);
  const times = way === 'encode' ? [frames, frames, half, quarter] : [frames, half, quarter, quarter];
  const pixels = Math.min(height, tileSide) * Math.min(width, tileSide);
  const style = { ...hunyuan, ranks: vaeRanks(target) };
  const walk = (samples: number) => {
    const levels = levelWidths.map(
      (channels, level): Level => ({
        width: channels,
        frames: samples * times[level]!,
        pixels: pixels / 4 ** level,
      }),
    );
    const layers = way === 'decode' ? decoderPeak(style, false, levels) : encoderPeak(style, levels);
    // In the middle, a mask of all positions to all in each sample, built whole and repeated; its rows are shared.
    const positions = times[3]! * (pixels / 64);
    return Math.max(layers, ((1 + samples) * positions ** 2) / style.ranks) * element;
  };
  const tiled = height > tileSide || width > tileSide;
  const tiles = tiled ? Math.ceil(height / tileStride) * Math.ceil(width / tileStride) : 1;
  const pieces = tiles * batch * frames * pixels * colours * element;
  const joined = tiled ? 2 * pixelBytes(bucket, frames) : 0;
  const inRow = inTime ? pixelBytes(bucket, framesOfTiles(bucket.frames) + bucket.frames) : 0;
  // main:opensora/utils/train.py prepare_visual_condition_causal: images together, each video alone.
  const together = way === 'encode' && target.i2v && bucket.frames > 1 ? 1 : batch;
  return {
    activations: walk(together),
    least: way === 'encode' ? walk(1) : walk(batch),
    videos: way === 'encode' ? pixelBytes(bucket, bucket.frames) : pieces + joined + inRow,
    note: `HunyuanVideo's VAE over ${inTime ? `${frames} of ${bucket.frames}` : `all ${frames}`} frames of ${together === 1 ? 'one video' : `${together} videos`} in ${tiled ? `${tiles} tiles of ` : ''}${Math.min(height, tileSide)} × ${Math.min(width, tileSide)} pixels${style.ranks > 1 ? `, shared by ${style.ranks} GPUs` : ''} (main:opensora/models/hunyuan_vae/autoencoder_kl_causal_3d.py)`,
  };
}

/** Frames of all tiles in time, which are kept until they are joined. */
function framesOfTiles(frames: number): number {
  let sum = 0;
  for (let first = 0; first < frames; first += tileFrameStride) sum += Math.min(tileFrames, frames - first);
  return sum;
}

/** GPUs that share the VAE: inference's with a plugin of sequence or tensor ranks; training has each its own. */
export function vaeRanks({ task, gpuCount, sequenceParallel, tensorParallel }: Target): number {
  const plugged = task === 'infer' && sequenceParallel * tensorParallel > 1;
  return plugged ? Math.min(gpuCount, mostVaeRanks) : 1;
}
