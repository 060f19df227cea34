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

/** STDiT's block with qk-norm and a shift, scale and gate of its own for the temporal branch. */
const block = 2 * selfAttention(true) + crossAttentionAndMlp + modulationTable + 3 * hidden;
/** Size and aspect ratio are embedded at a third of the width each, frame count and rate at the whole. */
const sizeEmbedders = 2 * frequencyEmbedder(hidden / 3) + 2 * frequencyEmbedder();
const parameters =
  depth * block +
  patchEmbedder(4) +
  frequencyEmbedder() +
  timeBlock(6) +
  timeBlock(3) +
  captionEmbedder +
  sizeEmbedders +
  finalLayer(4);

/** Open-Sora 1.1: STDiT2-XL/2. */
export const v1dot1: ModelVersion = {
  id: 'v1.1',
  name: 'Open-Sora 1.1 (STDiT2-XL/2)',
  hidden,
  heads,
  mlpRatio,
  depth: { spatiotemporal: depth },
  parameters,
  trainableParameters: parameters,
  blockParameters: { spatiotemporal: block },
  textTokens: 200,
  attention: {
    qkNorm: true,
    rotary: { spatial: false, temporal: true, joint: false },
    temporalWindow: null,
  },
  guidanceBatch: 2,
  samplingSteps: 100,
  training: {
    dtype: 'bf16',
    plugin: 'zero2',
    // Stage 1 trained without checkpointing, stages 2 and 3 and the image and video configs with it.
    checkpointedBlocks: { spatiotemporal: depth },
    emaBytesPerParameter: 4,
    reduceBucketElements: 12 * 2 ** 20,
    adamEps: 1e-8,
    dataWorkers: 8,
  },
  components: [t5({ train: 'fp32', infer: 'fp32' }), ...sdVae],
  resolutions: resolutionsV1dot1,
  defaultAspect: defaultAspectV1,
  aspects: aspectNames,
  frameSize: (resolution, aspect) => frameSizeV1(resolutionsV1dot1, resolution, aspect),
  acceptsFrames: anyFrames,
  latentFrames: (frames) => frames,
  pixelsPerToken: 16,
  tokenGrid: floorGrid,
  sources: [
    'v1.2:opensora/models/stdit/stdit2.py',
    'v1.1:configs/opensora-v1-1/train/stage1.py',
    'v1.1:configs/opensora-v1-1/inference/sample.py',
    'v1.1:scripts/train.py',
  ],
};
