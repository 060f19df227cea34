import type { Target } from '../../contract/target.js';
import { bucketConfig } from './bucket-probabilities.js';
import type { ConfigDraft } from './config-draft.js';
import { float, type PythonItem } from './python-text.js';

/** Linear layers of both kinds of block, as predict/lora.ts counts them: main:opensora/models/mmdit/layers.py. */
const loraModules = ['q_proj', 'k_proj', 'v_proj', 'proj', 'v_mlp', 'linear2'].concat([
  'img_mlp.0',
  'img_mlp.2',
  'txt_mlp.0',
  'txt_mlp.2',
]);

/** main:configs/diffusion/train/stage1_i2v.py. */
const conditions: PythonItem = { dict: { t2v: 1, i2v_head: 5, i2v_loop: 1, i2v_tail: 1 } };

/**
 * A training config of v2.0 on top of the nearest published one (main:configs/diffusion/train), with all that the target
 * says; keys as main:scripts/diffusion/train.py reads them.
 *
 * @throws UsageError for a bucket that v2.0 has no name for
 */
export function v2Training(target: Target): ConfigDraft {
  const { double = 0, single = 0 } = target.checkpointedBlocks;
  const values: Record<string, PythonItem> = {
    _base_: [nearest(target)],
    bucket_config: bucketConfig(target, true),
    model: {
      dict: { grad_ckpt_settings: { tuple: [double, single] }, ...(target.i2v && { cond_embed: true }) },
    },
    condition_config: target.i2v ? conditions : null,
    ae: { dict: { use_spatial_tiling: true, use_temporal_tiling: target.vaeTiling } },
    dtype: target.dtype,
    plugin: target.plugin,
    plugin_config: { dict: pluginConfig(target) },
    grad_checkpoint: double + single > 0,
    // main:configs/diffusion/train/stage2_i2v.py; in elements of pinned host memory on each rank.
    grad_ckpt_buffer_size: target.offload ? { code: '25 * 1024**3' } : 0,
    accumulation_steps: target.accumulation,
    num_workers: target.dataWorkers,
    ema_decay: target.ema ? float(0.9999) : null,
    cached_video: target.cachedVideo,
    cached_text: target.cachedText,
    ...((target.cachedVideo || target.cachedText) && { dataset: cachedDataset(target) }),
    lora_config: lora(target),
  };
  const notes: string[] = [];
  const beside: ConfigDraft['beside'] = {};
  if (target.cachedText)
    notes.push(
      'cached_text: main:scripts/diffusion/train.py has the paths of the empty texts written in; set them there.',
    );
  if (target.ema && target.loraRank !== null) {
    notes.push('Beside a LoRA upstream keeps no moving average of the weights, whatever ema_decay says.');
    beside.ema = 'on';
  }
  return { values, notes, beside, folder: 'configs/diffusion/train' };
}

/** Features on disk are read by a data set of their own, whatever the script is told: main:opensora/datasets/datasets.py. */
function cachedDataset({ cachedVideo, cachedText }: Target): PythonItem {
  return { dict: { type: 'cached_video_text', cached_video: cachedVideo, cached_text: cachedText } };
}

function nearest({ ae, plugin, buckets }: Target): string {
  if (ae === 'dc-ae') return 'high_compression.py';
  if (plugin === 'hybrid') return 'stage2.py';
  return buckets.every(({ frames }) => frames === 1) ? 'image.py' : 'stage1.py';
}

function pluginConfig(target: Target): Record<string, PythonItem> {
  const common = { _delete_: true, reduce_bucket_size_in_m: 128, overlap_allgather: false };
  if (target.plugin !== 'hybrid') return common;
  const grouped = target.sequenceParallel > 1;
  return {
    ...common,
    tp_size: target.tensorParallel,
    pp_size: 1,
    sp_size: target.sequenceParallel,
    ...(grouped && { sequence_parallelism_mode: 'ring_attn', enable_sequence_parallelism: true }),
    static_graph: true,
    zero_stage: 2,
  };
}

function lora({ loraRank }: Target): PythonItem {
  if (loraRank === null) return null;
  return { dict: { r: loraRank, lora_alpha: loraRank, target_modules: loraModules } };
}
