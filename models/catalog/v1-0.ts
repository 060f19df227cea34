import { aspectNames } from './aspect-tables.js';
import { t5 } from './components.js';
import { defaultAspectV1, frameSizeV1, resolutionsV1dot1 } from './frame-size-v1.js';
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
  sdVae,
  selfAttention,
  timeBlock,
} from './stdit.js';
import { floorGrid } from './token-grid.js';
import type { ModelVersion } from './types.js';

/** One block holds spatial attention, temporal attention, cross-attention and MLP. */
const block = 2 * selfAttention(false) + crossAttentionAndMlp + modulationTable;
const parameters =
  depth * block + patchEmbedder(4) + frequencyEmbedder() + timeBlock(6) + captionEmbedder + finalLayer(4);

/** Open-Sora 1.0: STDiT-XL/2. */
export const v1dot0: ModelVersion = {
  id: 'v1.0',
  name: 'Open-Sora 1.0 (STDiT-XL/2)',
  hidden,
  heads,
  mlpRatio,
  depth: { spatiotemporal: depth },
  parameters,
  trainableParameters: parameters,
  blockParameters: { spatiotemporal: block },
  textTokens: 120,
  attention: {
    qkNorm: false,
    rotary: { spatial: false, temporal: false, joint: false },
    temporalWindow: null,
  },
  guidanceBatch: 2,
  samplingSteps: 100,
  training: {
    dtype: 'bf16',
    plugin: 'zero2',
    checkpointedBlocks: { spatiotemporal: depth },
    emaBytesPerParameter: 4,
    reduceBucketElements: 12 * 2 ** 20,
    adamEps: 1e-8,
    dataWorkers: 4,
  },
  components: [t5({ train: 'fp32', infer: 'fp32' }), ...sdVae],
  // v1.0's configs give `image_size` in pixels; v1.1's names stand for those sizes here.
  resolutions: resolutionsV1dot1,
  defaultAspect: defaultAspectV1,
  aspects: aspectNames,
  frameSize: (resolution, aspect) => frameSizeV1(resolutionsV1dot1, resolution, aspect),
  acceptsFrames: anyFrames,
  latentFrames: (frames) => frames,
  pixelsPerToken: 16,
  tokenGrid: floorGrid,
  sources: [
    'v1.2:opensora/models/stdit/stdit.py',
    'v1.0:configs/opensora/train/16x256x256.py',
    'v1.0:configs/opensora/inference/16x256x256.py',
    'v1.0:scripts/train.py',
  ],
};
