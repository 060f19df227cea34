import type { Target } from '../../contract/target.js';
import type { PythonItem } from './python-text.js';

/** `model` of a v1.x config. v1.0 spells `enable_flashattn`: v1.0:opensora/models/stdit/stdit.py; v1.1 on, `enable_flash_attn`. */
export function modelV1(target: Target): PythonItem {
  const { model, task } = target;
  const published = {
    'v1.0': null,
    'v1.1': 'hpcai-tech/OpenSora-STDiT-v2-stage3',
    'v1.2': 'hpcai-tech/OpenSora-STDiT-v3',
  };
  const weights =
    task === 'train' || model === 'v2.0'
      ? null
      : (published[model as keyof typeof published] ?? 'PRETRAINED_MODEL');
  if (model === 'v1.0') {
    const { frames, height } = target.buckets[0]!;
    return {
      dict: {
        type: 'STDiT-XL/2',
        // v1.0:configs/opensora/train: positions in units of the 512-pixel, 16-frame training.
        space_scale: { code: height <= 256 ? '0.5' : '1.0' },
        time_scale: { code: frames <= 16 ? '1.0' : '2 / 3' },
        from_pretrained: weights,
        enable_flashattn: true,
        enable_layernorm_kernel: true,
        ...(task === 'train' && target.sequenceParallel > 1 && { enable_sequence_parallelism: true }),
      },
    };
  }
  if (model === 'v1.1') {
    return {
      dict: {
        type: 'STDiT2-XL/2',
        from_pretrained: weights,
        input_sq_size: 512,
        qk_norm: true,
        // The model's own key; upstream's training configs spell it otherwise, which STDiT2Config ignores.
        enable_flash_attn: true,
        enable_layernorm_kernel: true,
      },
    };
  }
  return {
    dict: {
      type: 'STDiT3-XL/2',
      from_pretrained: weights,
      qk_norm: true,
      enable_flash_attn: true,
      enable_layernorm_kernel: true,
      ...(model === 'v1.2' && task === 'train' && { freeze_y_embedder: true }),
      ...(task === 'train' && target.cachedText && { skip_y_embedder: true }),
      ...(model === 'v1.3' && { kernel_size: { tuple: [8, 8, -1] }, use_spatial_rope: true }),
    },
  };
}

/** `vae` of a v1.x config; tiling is a frame at a time. */
export function autoencoderV1({ model, vaeTiling, buckets, task }: Target): PythonItem {
  if (model === 'v1.3') {
    return {
      dict: {
        type: 'OpenSoraVAE_V1_3',
        from_pretrained: 'hpcai-tech/OpenSora-VAE-v1.3',
        z_channels: 16,
        micro_batch_size: 1,
        micro_batch_size_2d: 4,
        micro_frame_size: 17,
        use_tiled_conv3d: true,
        tile_size: 4,
        normalization: 'video',
        temporal_overlap: true,
        force_huggingface: true,
      },
    };
  }
  if (model === 'v1.2') {
    return {
      dict: {
        type: 'OpenSoraVAE_V1_2',
        from_pretrained: 'hpcai-tech/OpenSora-VAE-v1.2',
        micro_frame_size: 17,
        micro_batch_size: vaeTiling ? 1 : 4,
      },
    };
  }
  // v1.0:configs: none at 16x256x256, 128 for an inference of 64x512x512, 64 for its training, 128 for 16x512x512.
  const large = buckets.some(({ height, frames }) => height > 256 || frames > 16);
  const published = model === 'v1.1' ? 4 : large ? (task === 'train' ? 64 : 128) : undefined;
  return {
    dict: {
      type: 'VideoAutoencoderKL',
      from_pretrained: 'stabilityai/sd-vae-ft-ema',
      micro_batch_size: vaeTiling ? 1 : published,
    },
  };
}

/**
 * `text_encoder` of a v1.x config, T5 of the version's text length. v1.0 takes a folder in which `t5-v1_1-xxl` lies, and
 * fetches nothing: v1.0:opensora/models/text_encoder/t5.py.
 */
export function textEncoderV1({ model, task }: Target): PythonItem {
  return {
    dict: {
      type: 't5',
      from_pretrained: model === 'v1.0' ? './pretrained_models/t5_ckpts' : 'DeepFloyd/t5-v1_1-xxl',
      model_max_length: model === 'v1.0' ? 120 : model === 'v1.1' ? 200 : 300,
      ...(task === 'train' && { shardformer: true }),
    },
  };
}
