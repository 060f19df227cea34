import { clip, t5 } from './components.js';
import { aspectsV2, frameSizeV2, resolutionsV2 } from './frame-size-v2.js';
import { onePlusMultiple } from './frames.js';
import { linear } from './linear.js';
import { packedGrid } from './token-grid.js';
import type { Component, ModelVersion, Task } from './types.js';

const hidden = 3072;
const heads = 24;
const headSize = hidden / heads;
const square = hidden ** 2;
const qkNorm = 2 * headSize;

/** Each of the two streams: modulation to six chunks, q, k, v, output, MLP of ratio 4. */
const stream = linear(hidden, 6 * hidden) + 4 * (square + hidden) + qkNorm + 8 * square + 5 * hidden;
const double = 2 * stream;
/** linear1 makes q, k, v and the MLP's input at once, linear2 joins attention and MLP. */
const single = linear(hidden, 7 * hidden) + linear(5 * hidden, hidden) + qkNorm + linear(hidden, 3 * hidden);
const depth = { double: 19, single: 38 };

const embedder = (inputs: number) => linear(inputs, hidden) + linear(hidden, hidden);

/**
 * Parameters of the whole MMDiT.
 *
 * @param channels of one token's latent: the VAE's times the patch's area
 * @param maskChannels of the visual condition's mask, the patch's area, where the model takes a condition (`cond_embed`);
 *   null where it takes none: main:opensora/models/mmdit/model.py `cond_in`
 */
export function mmditParameters(channels: number, maskChannels: number | null): number {
  return (
    depth.double * double +
    depth.single * single +
    linear(channels, hidden) +
    embedder(256) +
    embedder(768) +
    linear(4096, hidden) +
    linear(hidden, 2 * hidden) +
    linear(hidden, channels) +
    (maskChannels === null ? 0 : linear(channels + maskChannels, hidden))
  );
}

/** A VAE latent of 16 channels in 2 × 2 patches. */
const parameters = mmditParameters(64, null);

/** Counts derived from the modules: channels 128, 256, 512, 512, two layers a block, three in the decoder. */
const vaeSource = 'main:opensora/models/hunyuan_vae/vae.py, autoencoder_kl_causal_3d.py';
const vae = (id: 'vae-encoder' | 'vae-decoder', count: number, tasks: Task[]): Component => ({
  id,
  name: `HunyuanVideo VAE ${id === 'vae-encoder' ? 'encoder' : 'decoder'}`,
  parameters: count,
  dtype: { train: 'bf16', infer: 'bf16' },
  tasks,
  source: vaeSource,
});

/** The causal VAE makes the first frame one latent frame and every four after it another. */
const latentFrames = (frames: number) => Math.floor((frames - 1) / 4) + 1;

/** Open-Sora 2.0: MMDiT of Flux's shape with the HunyuanVideo VAE. */
export const v2dot0: ModelVersion = {
  id: 'v2.0',
  name: 'Open-Sora 2.0 (MMDiT 11B)',
  hidden,
  heads,
  mlpRatio: 4,
  depth,
  parameters,
  trainableParameters: parameters,
  blockParameters: { double, single },
  // Always padded to 512 and never masked.
  textTokens: 512,
  attention: {
    qkNorm: true,
    rotary: { spatial: false, temporal: false, joint: true },
    temporalWindow: null,
  },
  // With text, without, and without both text and image: main:opensora/utils/sampling.py I2VDenoiser, for t2v too.
  guidanceBatch: 3,
  samplingSteps: 50,
  training: {
    dtype: 'bf16',
    plugin: 'zero2',
    // `grad_ckpt_settings = (8, 100)`: the first 8 double blocks and all single ones.
    checkpointedBlocks: { double: 8, single: depth.single },
    emaBytesPerParameter: null,
    reduceBucketElements: 128 * 2 ** 20,
    adamEps: 1e-15,
    dataWorkers: 12,
  },
  components: [
    t5({ train: 'bf16', infer: 'bf16' }),
    clip,
    vae('vae-encoder', 100_342_464, ['train', 'infer']),
    // Training deletes it: main:scripts/diffusion/train.py.
    vae('vae-decoder', 146_136_339, ['infer']),
  ],
  resolutions: resolutionsV2,
  defaultAspect: () => '16:9',
  aspects: aspectsV2,
  frameSize: (resolution, aspect, task = 'train') => frameSizeV2(resolution, aspect, task, 16),
  acceptsFrames: onePlusMultiple(4),
  latentFrames,
  pixelsPerToken: 16,
  tokenGrid: (frames, size) => packedGrid(latentFrames(frames), size, 16),
  sources: [
    'main:opensora/models/mmdit/model.py',
    'main:opensora/models/mmdit/layers.py',
    'main:configs/diffusion/train/image.py',
    'main:configs/diffusion/train/stage1.py',
    'main:configs/diffusion/inference/256px.py',
    vaeSource,
  ],
};
