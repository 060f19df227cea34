import { modelVersion } from '../../../models/catalog/index.js';
import type { Task } from '../../../models/catalog/types.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { bucketsOf } from './config-buckets.js';
import { entryAt, pairAt, switchAt, textAt, valueAt, wholeAt, wrong } from './config-fields.js';
import { defaultGpus } from './default-gpus.js';
import type { FileBucket, FileRun } from './file-run.js';
import { isDict, type PythonDict } from './python-value.js';

/**
 * A v2.0 config (main:configs/diffusion) as a run.
 * @throws UsageError naming key and line.
 */
export function readV2(config: PythonDict, file: string, task: Task, given: Partial<TargetFlags>): FileRun {
  const dtype = textAt(config, 'dtype');
  const ae = autoencoder(config);
  const flags: TargetFlags = { model: 'v2.0', task, ae, ...(dtype !== undefined && { dtype }) };
  if (switchAt(config, 'ae.use_spatial_tiling') === false)
    throw wrong(config, 'ae.use_spatial_tiling', 'True, since a VAE without its tiles is not judged');
  if (switchAt(config, 'ae.use_temporal_tiling') === true) flags.vaeTiling = true;
  return task === 'train' ? training(config, file, flags, given) : inference(config, file, flags, given);
}

/** DC-AE or HunyuanVideo's VAE; cached videos need none, and the compression tells then. */
function autoencoder(config: PythonDict): 'hunyuan' | 'dc-ae' {
  const type = textAt(config, 'ae.type');
  if (type === 'dc_ae') return 'dc-ae';
  if (type !== undefined && type !== 'hunyuan_vae') throw wrong(config, 'ae.type', 'hunyuan_vae or dc_ae');
  return type === undefined && wholeAt(config, 'ae_spatial_compression') === 32 ? 'dc-ae' : 'hunyuan';
}

function training(
  config: PythonDict,
  file: string,
  flags: TargetFlags,
  given: Partial<TargetFlags>,
): FileRun {
  const group = plugin(config, flags);
  flags.checkpointing = checkpointing(config);
  if (switchAt(config, 'cached_video') === true) flags.cachedVideo = true;
  if (switchAt(config, 'cached_text') === true) flags.cachedText = true;
  // main:opensora/acceleration/checkpoint.py: a buffer of checkpoints in pinned host memory.
  if ((wholeAt(config, 'grad_ckpt_buffer_size') ?? 0) > 0) flags.offload = true;
  if ((valueAt(config, 'condition_config') ?? null) !== null) flags.i2v = true;
  const rank = loraRank(config);
  if (rank !== undefined) flags.loraRank = rank;
  // main:scripts/diffusion/train.py keeps none beside a LoRA.
  flags.ema = (valueAt(config, 'ema_decay') ?? null) !== null && rank === undefined;
  const gpus = defaultGpus(file, group, given);
  const many = bucketsOf(config, modelVersion('v2.0', flags.ae === 'dc-ae' ? 'dc-ae' : 'hunyuan'));
  return {
    flags: { ...flags, ...gpus.flags },
    buckets: many?.buckets ?? [{ flags: {}, share: 1, place: file }],
    accumulation: wholeAt(config, 'accumulation_steps', 1) ?? 1,
    // main:scripts/diffusion/train.py takes 4 where a config has none.
    dataWorkers: wholeAt(config, 'num_workers') ?? 4,
    assumptions: [...gpus.assumptions, ...(many?.assumptions ?? [])],
  };
}

/** Sets plugin and groups in the flags; answers the GPUs of a group. main:opensora/utils/train.py. */
function plugin(config: PythonDict, flags: TargetFlags): number {
  const name = textAt(config, 'plugin') ?? 'zero2';
  if (!['zero1', 'zero2', 'hybrid'].includes(name)) throw wrong(config, 'plugin', 'zero1, zero2 or hybrid');
  flags.plugin = name;
  const size = (key: string) => wholeAt(config, `plugin_config.${key}`, 1) ?? 1;
  if (size('pp_size') > 1) throw wrong(config, 'plugin_config.pp_size', '1, since pipelines are not judged');
  if (name !== 'hybrid') {
    if (size('sp_size') > 1)
      throw wrong(config, 'plugin_config.sp_size', `1 with plugin ${name}, as upstream asserts`);
    return 1;
  }
  if (wholeAt(config, 'plugin_config.zero_stage') !== 2)
    throw wrong(config, 'plugin_config.zero_stage', '2, since hybrid with another stage is not judged');
  const [sp, tp] = [size('sp_size'), size('tp_size')];
  if (sp > 1) flags.sp = sp;
  if (tp > 1) flags.tp = tp;
  return sp * tp;
}

/** main:opensora/models/mmdit/model.py: without `grad_ckpt_settings` every block is checkpointed. */
function checkpointing(config: PythonDict): string {
  if (switchAt(config, 'grad_checkpoint') === false) return 'none';
  return pairAt(config, 'model.grad_ckpt_settings', 0)?.join(',') ?? 'full';
}

/** Rank of `lora_config`; peft's own is 8. */
function loraRank(config: PythonDict): number | undefined {
  const value = valueAt(config, 'lora_config') ?? null;
  if (value === null) return undefined;
  if (!isDict(value)) throw wrong(config, 'lora_config', 'a dict of LoraConfig or None');
  return wholeAt(config, 'lora_config.r', 1) ?? 8;
}

/** Plugin groups are clamped to the GPUs that there are: main:opensora/utils/cai.py. */
function inference(
  config: PythonDict,
  file: string,
  flags: TargetFlags,
  given: Partial<TargetFlags>,
): FileRun {
  if ((valueAt(config, 'img_flux') ?? null) !== null)
    throw wrong(
      config,
      'img_flux',
      'None: a text-to-image model of 22 GiB beside the video model is not judged (and use_t2i2v False)',
    );
  if (switchAt(config, 'offload_model') === true) flags.offload = true;
  const assumptions: string[] = [];
  for (const [key, flag] of [
    ['plugin_config.sp_size', 'sp'],
    ['plugin_config.tp_size', 'tp'],
  ] as const) {
    const size = textAt(config, 'plugin') === 'hybrid' ? (wholeAt(config, key, 1) ?? 1) : 1;
    const gpus = Number(given.gpuCount ?? 1) / Number(given.nodes ?? 1);
    const clamped = Math.min(size, gpus);
    if (clamped > 1 && given[flag] === undefined) flags[flag] = clamped;
    if (clamped < size && given[flag] === undefined)
      assumptions.push(
        `${key} ${size} becomes ${clamped}, since upstream uses no more GPUs than there are (--gpu-count).`,
      );
  }
  return { flags: withSteps(config, flags), buckets: [sampled(config, file)], accumulation: 1, assumptions };
}

function withSteps(config: PythonDict, flags: TargetFlags): TargetFlags {
  const steps = wholeAt(config, 'num_steps', 1) ?? wholeAt(config, 'sampling_option.num_steps', 1);
  return { ...flags, ...(steps !== undefined && { samplingSteps: steps }) };
}

/** `sampling_option`, and the shortcuts beside it that replace its values: main:opensora/utils/config.py parse_alias. */
function sampled(config: PythonDict, file: string): FileBucket {
  const key = (name: string) =>
    (entryAt(config, name)?.value ?? null) === null ? `sampling_option.${name}` : name;
  const resolution = textAt(config, key('resolution'));
  const aspect = textAt(config, key('aspect_ratio'));
  const frames = wholeAt(config, key('num_frames'), 1);
  const batch = wholeAt(config, 'batch_size', 1);
  return {
    flags: {
      ...(resolution !== undefined && { resolution }),
      ...(aspect !== undefined && { aspect }),
      ...(frames !== undefined && { frames }),
      ...(batch !== undefined && { batch }),
    },
    share: 1,
    place: file,
  };
}
