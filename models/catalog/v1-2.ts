import { aspectNames } from './aspect-tables.js';
import { t5, wholeVae } from './components.js';
import { defaultAspectV1, frameSizeV1, resolutionsV1 } from './frame-size-v1.js';
import { anyFrames } from './frames.js';
import {
  captionEmbedder,
  crossAttentionAndMlp,
  depth,
  finalLayer,
  frequencyEmbedder,
  heads,
  hidden,
  mlpRatio,
  modulationTable,
  patchEmbedder,
  selfAttention,
  timeBlock,
} from './stdit.js';
import { floorGrid } from './token-grid.js';
import type { ModelVersion } from './types.js';

/** Spatial and temporal blocks are alike in their parameters: self-attention, cross-attention, MLP. */
const block = selfAttention(true) + crossAttentionAndMlp + modulationTable;
const parameters =
  2 * depth * block +
  patchEmbedder(4) +
  2 * frequencyEmbedder() +
  timeBlock(6) +
  captionEmbedder +
  finalLayer(4);

/** Frames that the temporal VAE encodes at once, and the latent frames that they become. */
const chunk = 17;
const latentsOfChunk = 5;

/**
 * The VAE cuts the video into chunks of 17 and pads each in front to a multiple of 4, so that it takes any count:
 * a tail of r frames becomes ceil(r / 4) latent frames. Upstream trains on whole chunks (and single images) alone,
 * but its inference takes what is asked, and so does this.
 * Source: v1.2:opensora/models/vae/vae.py encode and get_latent_size, vae_temporal.py.
 */
function latentFrames(frames: number): number {
  return latentsOfChunk * Math.floor(frames / chunk) + Math.ceil((frames % chunk) / 4);
}

/** Open-Sora 1.2: STDiT3-XL/2. */
export const v1dot2: ModelVersion = {
  id: 'v1.2',
  name: 'Open-Sora 1.2 (STDiT3-XL/2)',
  hidden,
  heads,
  mlpRatio,
  depth: { spatial: depth, temporal: depth },
  parameters,
  trainableParameters: parameters - captionEmbedder,
  blockParameters: { spatial: block, temporal: block },
  textTokens: 300,
  attention: {
    qkNorm: true,
    rotary: { spatial: false, temporal: true, joint: false },
    temporalWindow: null,
  },
  guidanceBatch: 2,
  samplingSteps: 30,
  training: {
    dtype: 'bf16',
    plugin: 'zero2',
    checkpointedBlocks: { spatial: depth, temporal: depth },
    emaBytesPerParameter: 4,
    reduceBucketElements: 12 * 2 ** 20,
    adamEps: 1e-15,
    dataWorkers: 8,
  },
  components: [
    t5({ train: 'bf16', infer: 'fp32' }),
    // The temporal VAE's 300M are published as one figure; it is always held whole, so the halves do not matter.
    ...wholeVae(
      'SDXL VAE and temporal VAE',
      34_163_664 + 150e6,
      49_490_199 + 150e6,
      'main:docs/report_03.md (83M + 300M)',
    ),
  ],
  resolutions: resolutionsV1,
  defaultAspect: defaultAspectV1,
  aspects: aspectNames,
  frameSize: (resolution, aspect) => frameSizeV1(resolutionsV1, resolution, aspect),
  acceptsFrames: anyFrames,
  latentFrames,
  pixelsPerToken: 16,
  tokenGrid: (frames, size) => floorGrid(latentFrames(frames), size),
  sources: [
    'v1.2:opensora/models/stdit/stdit3.py',
    'v1.2:opensora/models/vae/vae.py',
    'v1.2:configs/opensora-v1-2/train/stage1.py',
    'v1.2:configs/opensora-v1-2/inference/sample.py',
    'v1.2:scripts/train.py',
  ],
};
