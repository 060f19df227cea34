import { dcAe, dcAeLatentChannels } from './dc-ae.js';
import { frameSizeV2 } from './frame-size-v2.js';
import { oneOrMultiple } from './frames.js';
import { packedGrid } from './token-grid.js';
import type { ModelVersion } from './types.js';
import { mmditParameters, v2dot0 } from './v2-0.js';

/** Not causal: four frames make one latent frame, and an image makes one. Facts §1c; dc_ae.py get_latent_size. */
const latentFrames = (frames: number) => Math.max(1, Math.floor(frames / 4));

/** Its one config is conditioned: main:configs/diffusion/train/high_compression.py `cond_embed=True`. */
const parameters = mmditParameters(dcAeLatentChannels, 1);

/** Pixels of a token's side: compression 32 and patches of 1. */
const pixelsPerToken = 32;

/** Open-Sora 2.0 with the high-compression autoencoder: the same blocks over a token grid of its own. */
export const v2dot0DcAe: ModelVersion = {
  ...v2dot0,
  name: 'Open-Sora 2.0 (MMDiT 11B) with DC-AE',
  parameters,
  trainableParameters: parameters,
  training: {
    ...v2dot0.training,
    // `grad_ckpt_settings = (100, 100)`: all.
    checkpointedBlocks: v2dot0.depth,
  },
  components: [...v2dot0.components.filter(({ id }) => !id.startsWith('vae')), ...dcAe],
  pixelsPerToken,
  frameSize: (resolution, aspect, task = 'train') => frameSizeV2(resolution, aspect, task, pixelsPerToken),
  acceptsFrames: oneOrMultiple(4),
  latentFrames,
  tokenGrid: (frames, size) => packedGrid(latentFrames(frames), size, pixelsPerToken),
  sources: [
    'main:configs/diffusion/train/high_compression.py',
    'main:configs/diffusion/inference/high_compression.py',
    'main:opensora/models/dc_ae/models/dc_ae.py',
    'main:opensora/models/mmdit/model.py',
  ],
};
