import { bytesPerElement } from '../../models/catalog/types.js';
import type { Bucket } from '../contract/target.js';

/** What the VAE holds beside its weights while it works on one micro-batch. Bytes. */
export interface VaeWork {
  /** Live peak of the convolutions. */
  activations: number;
  /** The least that it may be, where upstream's scripts do not say which micro-batch or kernels they run it with. */
  least: number;
  /** The most, where the scripts may run it on more than the config says. */
  most?: number;
  /** The whole videos: pixels in or out, and tiles and pieces before they are joined. */
  videos: number;
  /** How it is cut, with the source. */
  note: string;
}

/** Bytes are counted for two of an element, as in bf16 and fp16; vae-parts.ts makes them those of the run's type. */
export const element = bytesPerElement.bf16;
export const colours = 3;

/** Bytes of a bucket's videos in pixels, at so many frames of each. */
export function pixelBytes({ batch, height, width }: Bucket, frames: number): number {
  return batch * frames * height * width * colours * element;
}

export type Way = 'encode' | 'decode';
