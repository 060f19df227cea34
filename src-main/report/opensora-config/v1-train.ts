import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../contract/target.js';
import { checkpointingName } from '../../predict/resolve-checkpointing.js';
import { accumulates } from '../../predict/resolve-parallelism.js';
import { bucketConfig } from './bucket-probabilities.js';
import type { ConfigDraft } from './config-draft.js';
import { float, type PythonItem } from './python-text.js';
import { autoencoderV1, modelV1, textEncoderV1 } from './v1-parts.js';

/**
 * A whole training config of v1.0 to v1.3, with the keys of v1.0:configs/opensora/train, v1.1:configs/opensora-v1-1/train,
 * v1.2:configs/opensora-v1-2/train and v1.3:configs/opensora-v1-3/train.
 *
 * @throws UsageError for a bucket that the version has no name for
 */
export function v1Training(target: Target): ConfigDraft {
  const notes: string[] = [];
  const beside: ConfigDraft['beside'] = {};
  const cached = cachedFeatures(target, notes, beside);
  const values: Record<string, PythonItem> = {
    ...shape(target, cached.video && cached.text, notes, beside),
    num_workers: target.dataWorkers,
    ...(target.model !== 'v1.0' && { num_bucket_build_workers: 16 }),
    dtype: dtype(target, notes, beside),
    grad_checkpoint: checkpointed(target, notes),
    plugin: `${target.plugin}${target.sequenceParallel > 1 ? '-seq' : ''}`,
    sp_size: target.sequenceParallel,
    ...(accumulates(modelVersion(target.model)) && { accumulation_steps: target.accumulation }),
    model: modelV1(target),
    ...(!cached.video && { vae: autoencoderV1(target) }),
    ...(!cached.text && { text_encoder: textEncoderV1(target) }),
    ...cached.values,
    ...optimisation(target),
  };
  if (!target.ema) {
    notes.push(`${target.model} keeps a moving average of the weights always: it cannot be turned off.`);
    beside.ema = 'off';
  }
  if (target.loraRank !== null) {
    notes.push(`LoRA rank ${target.loraRank}: no script of ${target.model} reads it from a config.`);
    beside.loraRank = target.loraRank;
  }
  if (target.vaeTiling && (target.model === 'v1.3' || cached.video)) beside.vaeTiling = true;
  return { values, notes, beside };
}

function shape(
  target: Target,
  fromFeatures: boolean,
  notes: string[],
  beside: ConfigDraft['beside'],
): Record<string, PythonItem> {
  if (target.model === 'v1.0') return fixedSize(target, notes);
  const version = modelVersion(target.model);
  const [first] = target.buckets;
  if (target.buckets.some(({ resolution, aspect }) => aspect !== version.defaultAspect(resolution))) {
    notes.push('The aspect ratio of each sample is that of the data: a bucket of v1.x takes every one.');
    if (target.buckets.every(({ aspect }) => aspect === first!.aspect)) beside.aspect = first!.aspect;
  }
  const dataset: Record<string, PythonItem> = fromFeatures
    ? { type: 'BatchFeatureDataset' }
    : {
        type: 'VariableVideoTextDataset',
        ...(target.model === 'v1.1' && {
          data_path: null,
          num_frames: null,
          frame_interval: 3,
          image_size: { tuple: [null, null] },
        }),
        transform_name: 'resize_crop',
      };
  if (fromFeatures)
    notes.push('The batches were set when the features were made: bucket_config repeats them.');
  return {
    dataset: { dict: dataset },
    bucket_config: bucketConfig(target, false),
    ...(target.model === 'v1.1' && { batch_size: null }),
  };
}

/** v1.0 trains on one square size: v1.0:scripts/train.py crops to `image_size[0]`. */
function fixedSize({ buckets }: Target, notes: string[]): Record<string, PythonItem> {
  const bucket = buckets.reduce((most, one) => (one.share > most.share ? one : most));
  if (buckets.length > 1)
    notes.push(`v1.0 trains on one size: of ${buckets.length} buckets this is the one with the most steps.`);
  if (bucket.height !== bucket.width)
    notes.push(`v1.0 crops every video to ${bucket.height} x ${bucket.height}, the first of image_size.`);
  return {
    num_frames: bucket.frames,
    frame_interval: 3,
    image_size: { tuple: [bucket.height, bucket.width] },
    root: null,
    data_path: 'CSV_PATH',
    use_image_transform: false,
    batch_size: bucket.batch,
  };
}

/** v1.x's trainings know bf16 and fp16 alone: v1.2:scripts/train.py asserts so. */
function dtype(target: Target, notes: string[], beside: ConfigDraft['beside']): string {
  if (target.dtype !== 'fp32') return target.dtype;
  notes.push(`fp32: ${target.model} trains in bf16 or fp16 alone, so bf16 stands here.`);
  beside.dtype = 'fp32';
  return 'bf16';
}

function checkpointed(target: Target, notes: string[]): boolean {
  const name = checkpointingName(modelVersion(target.model), target.checkpointedBlocks);
  if (name !== 'none' && name !== 'full')
    notes.push(
      `Checkpointing of some blocks (${name}) is not in ${target.model}: all are checkpointed here.`,
    );
  return name !== 'none';
}

/** Features from disk: v1.2:configs/opensora-v1-2/train/stage1_feat.py; v1.0 and v1.1 read none. */
function cachedFeatures(
  { model, cachedText, cachedVideo }: Target,
  notes: string[],
  beside: ConfigDraft['beside'],
): { video: boolean; text: boolean; values: Record<string, PythonItem> } {
  if (model === 'v1.0' || model === 'v1.1') {
    if (cachedText) beside.cachedText = true;
    if (cachedVideo) beside.cachedVideo = true;
    if (cachedText || cachedVideo)
      notes.push(`${model} cannot read features from disk: it encodes every sample.`);
    return { video: false, text: false, values: {} };
  }
  return {
    video: cachedVideo,
    text: cachedText,
    values: {
      ...(cachedVideo && { load_video_features: true, vae_out_channels: model === 'v1.3' ? 16 : 4 }),
      ...(cachedText && { load_text_features: true, text_encoder_output_dim: 4096, model_max_length: 300 }),
    },
  };
}

function optimisation({ model }: Target): Record<string, PythonItem> {
  const early = model === 'v1.0' || model === 'v1.1';
  return {
    scheduler: {
      dict: early
        ? { type: 'iddpm', timestep_respacing: '' }
        : { type: 'rflow', use_timestep_transform: true, sample_method: 'logit-normal' },
    },
    seed: 42,
    outputs: 'outputs',
    wandb: false,
    epochs: 1000,
    log_every: 10,
    ckpt_every: 500,
    load: null,
    grad_clip: float(1),
    lr: float(early ? 2e-5 : 1e-4),
    ...(!early && { ema_decay: float(0.99), adam_eps: float(1e-15), warmup_steps: 1000 }),
  };
}
