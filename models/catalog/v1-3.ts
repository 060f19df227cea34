import { aspectNames } from './aspect-tables.js';
import { t5, wholeVae } from './components.js';
import { defaultAspectV1, frameSizeV1, resolutionsV1, roundedDownTo16 } from './frame-size-v1.js';
import { onePlusMultiple } from './frames.js';
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
import { ceilGrid } from './token-grid.js';
import type { ModelVersion } from './types.js';

const latentChannels = 16;
const block = selfAttention(true) + crossAttentionAndMlp + modulationTable;
/** Patches are embedded three times: the latent, its condition and the condition's mask. */
const parameters =
  2 * depth * block +
  3 * patchEmbedder(latentChannels) +
  2 * frequencyEmbedder() +
  timeBlock(6) +
  captionEmbedder +
  finalLayer(latentChannels);

const suffix = '_16d';
const resolutions = resolutionsV1.flatMap((name) => [name, `${name}${suffix}`]);

/**
 * The VAE encodes chunks of 17 frames that overlap by one (`temporal_overlap`), each to 5 latent frames; an image
 * is one. Source: v1.3:opensora/models/vae_v1_3/vae.py get_latent_size.
 */
function latentFrames(frames: number): number {
  return frames === 1 ? 1 : 5 * Math.floor((frames - 1) / 16);
}

/** Open-Sora 1.3: STDiT3-XL/2 with windowed temporal attention and rotary embedding in space too. */
export const v1dot3: ModelVersion = {
  id: 'v1.3',
  name: 'Open-Sora 1.3 (STDiT3-XL/2)',
  hidden,
  heads,
  mlpRatio,
  depth: { spatial: depth, temporal: depth },
  parameters,
  trainableParameters: parameters,
  blockParameters: { spatial: block, temporal: block },
  textTokens: 300,
  attention: {
    qkNorm: true,
    rotary: { spatial: true, temporal: true, joint: false },
    temporalWindow: [8, 8],
  },
  guidanceBatch: 2,
  samplingSteps: 30,
  training: {
    dtype: 'bf16',
    plugin: 'zero2',
    checkpointedBlocks: { spatial: depth, temporal: depth },
    emaBytesPerParameter: 4,
    reduceBucketElements: 20 * 2 ** 20,
    adamEps: 1e-15,
    dataWorkers: 8,
  },
  components: [
    t5({ train: 'bf16', infer: 'fp32' }),
    // Published as one figure; held whole in both tasks, so the halves do not matter.
    ...wholeVae('Open-Sora VAE 1.3', 129.5e6, 129.5e6, 'v1.3:README.md (259M)'),
  ],
  resolutions,
  defaultAspect: (resolution) => defaultAspectV1(withoutSuffix(resolution)),
  aspects: aspectNames,
  frameSize: (resolution, aspect) => {
    const name = withoutSuffix(resolution);
    const size = frameSizeV1(resolutionsV1, name, aspect);
    return name === resolution ? size : roundedDownTo16(size);
  },
  // With a ragged last chunk the encoder would make more latent frames than `get_latent_size` tells the model.
  acceptsFrames: onePlusMultiple(16),
  latentFrames,
  pixelsPerToken: 16,
  tokenGrid: (frames, size) => ceilGrid(latentFrames(frames), size),
  sources: [
    'v1.3:opensora/models/stdit/stdit3.py',
    'v1.3:opensora/models/layers/blocks.py',
    'v1.3:opensora/models/vae_v1_3/vae.py',
    'v1.3:configs/opensora-v1-3/train/stage1.py',
    'v1.3:configs/opensora-v1-3/inference/t2v.py',
  ],
};

function withoutSuffix(resolution: string): string {
  return resolution.endsWith(suffix) ? resolution.slice(0, -suffix.length) : resolution;
}
