import { wholeVae } from './components.js';
import { linear } from './linear.js';
import type { Component } from './types.js';

/** What every STDiT has: v1.2:opensora/models/stdit/stdit.py, stdit2.py, stdit3.py. */
export const hidden = 1152;
export const heads = 16;
export const mlpRatio = 4;
export const depth = 28;

const square = hidden ** 2;

/** q, k, v and output projection; RMS norm of q and k per head where there is qk-norm. */
export function selfAttention(qkNorm: boolean): number {
  return 4 * linear(hidden, hidden) + (qkNorm ? 2 * (hidden / heads) : 0);
}

/** Cross-attention (q, k and v, output) and the MLP, which all versions' blocks have. */
export const crossAttentionAndMlp = 4 * square + 4 * hidden + 8 * square + 5 * hidden;

/** The learned table of six shifts, scales and gates beside the block's adaLN. */
export const modulationTable = 6 * hidden;

/** SizeEmbedder and TimestepEmbedder: 256 frequencies through two linear layers of `width`. */
export function frequencyEmbedder(width = hidden): number {
  return linear(256, width) + linear(width, width);
}

/** Caption embedder: T5's 4,096 through an MLP. v1.2 freezes it (`freeze_y_embedder`). */
export const captionEmbedder = linear(4096, hidden) + linear(hidden, hidden);

/** adaLN's one projection for `chunks` shifts, scales and gates of all blocks. */
export function timeBlock(chunks: number): number {
  return linear(hidden, chunks * hidden);
}

/** Patch embedding of `channels` latent channels in 1 × 2 × 2 patches. */
export function patchEmbedder(channels: number): number {
  return linear(channels * 4, hidden);
}

/** Last layer: projection to twice `channels` (mean and sigma) in patches of 4, and its table of shift and scale. */
export function finalLayer(channels: number): number {
  return linear(hidden, 4 * 2 * channels) + 2 * hidden;
}

/** sd-vae-ft-ema: exact counts of diffusers' AutoencoderKL with channels 128, 256, 512, 512. */
export const sdVae: Component[] = wholeVae(
  'SD VAE (sd-vae-ft-ema)',
  34_163_664,
  49_490_199,
  'main:docs/report_03.md (83M); v1.2:opensora/models/vae/vae.py',
);
