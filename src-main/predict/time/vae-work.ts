import { bytesPerElement, type ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket } from '../../contract/target.js';
import { levelWidths } from '../vae-walk.js';

/** What a VAE does to all videos of a bucket: operations of its convolutions (multiply-add = 2), bytes that it moves. */
export interface VaeLabour {
  flops: number;
  bytes: number;
}

type Way = 'encode' | 'decode';

const element = bytesPerElement.bf16;

/** A level of residual blocks: so many, from one width to another, at so many positions (frames × pixels). */
interface Level {
  blocks: number;
  from: number;
  to: number;
  positions: number;
  /** Positions at which the convolution that leads to the next size works; 0 is none. */
  resized: number;
}

/**
 * Norm (two reads for its statistics and itself, a write), SiLU (2), the convolution (2) and, where the library turns it
 * to channels-last and back, both sides again (4).
 */
const passes = 11;

/** Two convolutions a block with a norm and a SiLU before each, and the sum (3); a 1 × 1 convolution where the width changes. */
function labourOf(levels: readonly Level[], kernel: number): VaeLabour {
  let flops = 0;
  let elements = 0;
  for (const { blocks, from, to, positions, resized } of levels) {
    const first = kernel * to * (from + to) + (from === to ? 0 : from * to);
    flops += 2 * positions * (first + (blocks - 1) * 2 * kernel * to ** 2) + 2 * resized * kernel * to ** 2;
    elements += positions * blocks * to * (2 * passes + 3) + resized * to * passes;
  }
  return { flops, bytes: elements * element };
}

/**
 * The four levels of every VAE here, with two residual blocks a level in the encoder and three in the decoder, and two
 * in the middle. Its attention is left out: at an eighth of the sides it is a hundredth of this.
 *
 * @param frames at each level, from the image's side to the latent's
 * @param pixels of a frame
 */
function walk(way: Way, frames: readonly number[], pixels: number, kernel: number): VaeLabour {
  const at = (level: number) => (frames[level]! * pixels) / 4 ** level;
  const last = 3;
  const levels = levelWidths.map((width, level): Level => {
    const before = levelWidths[way === 'encode' ? Math.max(0, level - 1) : Math.min(last, level + 1)]!;
    // Down leaves at the next level's size, up at the one before.
    const resized = way === 'encode' ? (level < last ? at(level + 1) : 0) : level > 0 ? at(level - 1) : 0;
    return { blocks: way === 'encode' ? 2 : 3, from: before, to: width, positions: at(level), resized };
  });
  const middle: Level = {
    blocks: 2,
    from: levelWidths[last],
    to: levelWidths[last],
    positions: at(last),
    resized: 0,
  };
  return labourOf([...levels, middle], kernel);
}

/** Frames at the four levels where time is halved twice, late in encoding: v1.3, v2.0. */
function causalFrames(way: Way, frames: number): number[] {
  const half = Math.ceil(frames / 2);
  const quarter = Math.ceil(frames / 4);
  return way === 'encode' ? [frames, frames, half, quarter] : [frames, half, quarter, quarter];
}

/**
 * v1.2's temporal VAE at the latent's size: 4 blocks each at 128, 256, 256 (half of the frames), 512 (a quarter) and
 * 512 again, 3 × 3 × 3 (v1.2:opensora/models/vae/vae_temporal.py); decoding mirrors it.
 */
function temporalLabour(frames: number, pixels: number): VaeLabour {
  const positions = (frames * pixels) / 64;
  const level = (from: number, to: number, share: number, resized: number): Level => ({
    blocks: 4,
    from,
    to,
    positions: positions * share,
    resized: positions * resized,
  });
  return labourOf(
    [
      level(128, 128, 1, 0),
      level(128, 256, 1, 1 / 2),
      level(256, 256, 1 / 2, 1 / 4),
      level(256, 512, 1 / 4, 0),
      level(512, 512, 1 / 4, 0),
    ],
    27,
  );
}

/** Pixels and tiles that begin this far from each other: main:opensora/models/hunyuan_vae, an overlap of a quarter. */
const tileSide = 256;
const tileStride = 192;

/** How often a pixel is worked on where tiles overlap: 1 where one tile holds the frame. */
function tiledPixels({ height, width }: Bucket): number {
  if (height <= tileSide && width <= tileSide) return height * width;
  return covered(height) * covered(width);
}

/** The tiles' sides added up along one side of a frame. */
function covered(side: number): number {
  let sum = 0;
  for (let start = 0; start < side; start += tileStride) sum += Math.min(tileSide, side - start);
  return sum;
}

/**
 * The whole labour of one micro-batch's videos. v1.0–v1.2 run diffusers' AutoencoderKL frame by frame, v1.2 its temporal
 * VAE after it; v1.3 and v2.0 are causal in 3D. DC-AE, whose layers are not walked, is taken to be HunyuanVideo's.
 */
export function vaeLabour(version: ModelVersion, bucket: Bucket, way: Way): VaeLabour {
  const frames = bucket.batch * bucket.frames;
  const pixels = bucket.height * bucket.width;
  if (version.id === 'v2.0') {
    // Training's own line encodes without tiles: main:scripts/diffusion/train.py `model_ae.encode`.
    const worked = way === 'decode' ? tiledPixels(bucket) : pixels;
    return walk(way, causalFrames(way, frames), worked, 27);
  }
  if (version.id === 'v1.3') return walk(way, causalFrames(way, frames), pixels, 27);
  const planar = walk(way, [frames, frames, frames, frames], pixels, 9);
  if (version.id !== 'v1.2') return planar;
  const temporal = temporalLabour(frames, pixels);
  return { flops: planar.flops + temporal.flops, bytes: planar.bytes + temporal.bytes };
}
