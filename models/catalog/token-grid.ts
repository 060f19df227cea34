import type { FrameSize, TokenGrid } from './types.js';

/** A token grid from its rows and columns. */
export function gridOf(latentFrames: number, rows: number, columns: number): TokenGrid {
  return { latentFrames, rows, columns, spatialTokens: rows * columns };
}

/**
 * v1.0–v1.2: the 2D VAE floors to eighths, the patch embedding pads to pairs.
 * Source: v1.2:opensora/models/vae/vae.py get_latent_size, v1.2:opensora/models/layers/blocks.py PatchEmbed3D.
 */
export function floorGrid(latentFrames: number, { height, width }: FrameSize): TokenGrid {
  const side = (pixels: number) => Math.ceil(Math.floor(pixels / 8) / 2);
  return gridOf(latentFrames, side(height), side(width));
}

/** v1.3: its VAE rounds up. Source: v1.3:opensora/models/vae_v1_3/vae.py get_latent_size. */
export function ceilGrid(latentFrames: number, { height, width }: FrameSize): TokenGrid {
  const side = (pixels: number) => Math.ceil(Math.ceil(pixels / 8) / 2);
  return gridOf(latentFrames, side(height), side(width));
}

/** v2.0: one token for `pixels` × `pixels`. Source: main:opensora/utils/sampling.py get_noise. */
export function packedGrid(latentFrames: number, { height, width }: FrameSize, pixels: number): TokenGrid {
  return gridOf(latentFrames, Math.ceil(height / pixels), Math.ceil(width / pixels));
}
