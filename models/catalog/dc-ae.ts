import { linear } from './linear.js';
import type { Component, Task } from './types.js';

/** Channels of the latent: `dc-ae-f32t4c128`. */
export const dcAeLatentChannels = 128;

/** Widths from the image's side to the latent's, and blocks of each: main:opensora/models/dc_ae/models/dc_ae.py `dc_ae_f32`. */
export const dcAeWidths = [128, 256, 512, 512, 1024, 1024] as const;
const encoderDepths = [2, 2, 2, 3, 3, 3];
const decoderDepth = 3;
/** The first three levels have residual convolutions, the rest EfficientViT blocks. */
const convolutional = 3;

const convolution = (from: number, to: number) => 27 * from * to;
const withBias = (from: number, to: number) => convolution(from, to) + to;
const norm = (width: number) => 2 * width;

/** main:opensora/models/dc_ae/models/nn/ops.py `ResBlock`: a bias on the first convolution, a norm after the second. */
const residual = (width: number) => withBias(width, width) + convolution(width, width) + norm(width);

/**
 * `EfficientViTBlock` (the same file): q, k, v; 5³ depthwise and grouped 1³ convolutions of these, in groups of 32; the
 * projection of both; and `GLUMBConv`, which expands four times, gated.
 */
function efficientViT(width: number): number {
  const attention = 3 * width ** 2 + 3 * width * 125 + 3 * width * 32 + 2 * width ** 2 + norm(width);
  const expanded = 8 * width;
  const local = linear(width, expanded) + 27 * expanded + expanded + 4 * width ** 2 + norm(width);
  return attention + local;
}

const block = (width: number, level: number) =>
  level < convolutional ? residual(width) : efficientViT(width);

/** Every level, and a convolution with bias between two of them. */
function levels(depthOf: (level: number) => number, between: (fine: number, coarse: number) => number) {
  return dcAeWidths.reduce((sum, width, level) => {
    const coarse = dcAeWidths[level + 1];
    return sum + depthOf(level) * block(width, level) + (coarse === undefined ? 0 : between(width, coarse));
  }, 0);
}

const last = dcAeWidths.at(-1)!;
const encoder =
  withBias(3, dcAeWidths[0]) +
  levels((level) => encoderDepths[level]!, withBias) +
  withBias(last, dcAeLatentChannels);
const decoder =
  withBias(dcAeLatentChannels, last) +
  levels(
    () => decoderDepth,
    (fine, coarse) => withBias(coarse, fine),
  ) +
  norm(dcAeWidths[0]) +
  withBias(dcAeWidths[0], 3);

const half = (id: 'vae-encoder' | 'vae-decoder', parameters: number, tasks: Task[]): Component => ({
  id,
  name: `Video DC-AE ${id === 'vae-encoder' ? 'encoder' : 'decoder'}`,
  parameters,
  dtype: { train: 'bf16', infer: 'bf16' },
  tasks,
  source: 'main:opensora/models/dc_ae/models/dc_ae.py, nn/ops.py',
});

/** Video DC-AE, both halves; training deletes the decoder (main:scripts/diffusion/train.py). */
export const dcAe: Component[] = [
  half('vae-encoder', encoder, ['train', 'infer']),
  half('vae-decoder', decoder, ['infer']),
];
