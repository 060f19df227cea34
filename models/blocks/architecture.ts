import { modelVersion } from '../catalog/index.js';
import type { ModelId, ModelVersion } from '../catalog/types.js';

/** What a block's builder must know of a version; tests give their own, at small width. */
export type Architecture = Pick<
  ModelVersion,
  'id' | 'hidden' | 'heads' | 'mlpRatio' | 'textTokens' | 'attention'
> & {
  /** Split of a head's width among the rotary axes of time, height and width (v2.0). */
  rotaryAxes: readonly number[];
};

/** Token grid and batch of one forward. */
export interface BatchShape {
  batch: number;
  latentFrames: number;
  rows: number;
  columns: number;
}

/** A version's blocks at full width. */
export function architectureOf(id: ModelId): Architecture {
  // main:configs/diffusion/train/image.py `axes_dim`.
  return { ...modelVersion(id), rotaryAxes: [16, 56, 56] };
}
