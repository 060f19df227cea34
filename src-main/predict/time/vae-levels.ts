import { bytesPerElement } from '../../../models/catalog/types.js';
import { levelWidths } from '../vae-walk.js';
import type { Way } from '../vae-work.js';

/** What a VAE does: operations of its convolutions (multiply-add = 2), bytes that it moves, kernels that it launches. */
export interface Labour {
  flops: number;
  bytes: number;
  kernels: number;
}

/** A level of residual blocks: so many, from one width to another, at so many positions (frames × pixels). */
export interface Level {
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
/** Norm, SiLU, padding and convolution, twice, and the sum. */
const kernelsOfBlock = 9;
/** Bytes of an element in bf16; encoders.ts makes them those of the run's type. */
const element = bytesPerElement.bf16;

/**
 * Two convolutions a block with a norm and a SiLU before each, and the sum (3 passes); a 1 × 1 convolution where the
 * width changes.
 *
 * @param kernel positions of a convolution's kernel: 9 or 27
 * @param calls runs through the levels, a micro-batch or a tile each
 */
export function labourOf(levels: readonly Level[], kernel: number, calls: number): Labour {
  let flops = 0;
  let elements = 0;
  let kernels = 0;
  for (const { blocks, from, to, positions, resized } of levels) {
    const first = kernel * to * (from + to) + (from === to ? 0 : from * to);
    flops += 2 * positions * (first + (blocks - 1) * 2 * kernel * to ** 2) + 2 * resized * kernel * to ** 2;
    elements += positions * blocks * to * (2 * passes + 3) + resized * to * passes;
    kernels += blocks * kernelsOfBlock + 2;
  }
  return { flops, bytes: elements * element, kernels: kernels * Math.ceil(calls) };
}

/** Up to this width tensor ranks share a level: main:opensora/models/hunyuan_vae/policy.py. */
const sharedWidth = 256;

/**
 * The four levels of every VAE here, with two residual blocks a level in the encoder and three in the decoder, and two
 * in the middle. Its attention is left out: at an eighth of the sides it is a hundredth of this.
 *
 * @param frames at each level, from the image's side to the latent's
 * @param pixels of a frame
 * @param ranks GPUs that share the wide levels
 */
export function walkLevels(way: Way, frames: readonly number[], pixels: number, ranks: number): Level[] {
  const at = (level: number) => (frames[level]! * pixels) / 4 ** level;
  const last = 3;
  const levels = levelWidths.map((width, level): Level => {
    const before = levelWidths[way === 'encode' ? Math.max(0, level - 1) : Math.min(last, level + 1)]!;
    // Down leaves at the next level's size, up at the one before.
    const resized = way === 'encode' ? (level < last ? at(level + 1) : 0) : level > 0 ? at(level - 1) : 0;
    const share = width <= sharedWidth ? ranks : 1;
    return {
      blocks: way === 'encode' ? 2 : 3,
      from: before,
      to: width,
      positions: at(level) / share,
      resized: resized / share,
    };
  });
  const deepest = levelWidths[last];
  return [...levels, { blocks: 2, from: deepest, to: deepest, positions: at(last), resized: 0 }];
}

/**
 * v1.2's temporal VAE at the latent's size: 4 blocks each at 128, 256, 256 (half of the frames), 512 (a quarter) and
 * 512 again, 3 × 3 × 3 (v1.2:opensora/models/vae/vae_temporal.py); decoding mirrors it.
 */
export function temporalLevels(positions: number): Level[] {
  const level = (from: number, to: number, share: number, resized: number): Level => ({
    blocks: 4,
    from,
    to,
    positions: positions * share,
    resized: positions * resized,
  });
  return [
    level(128, 128, 1, 0),
    level(128, 256, 1, 1 / 2),
    level(256, 256, 1 / 2, 1 / 4),
    level(256, 512, 1 / 4, 0),
    level(512, 512, 1 / 4, 0),
  ];
}
