import { modelVersion } from '../../../models/catalog/index.js';
import type { ModelVersion, Task } from '../../../models/catalog/types.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { accumulates } from '../resolve-parallelism.js';
import { bucketsOf } from './config-buckets.js';
import { pairAt, switchAt, textAt, wholeAt, wrong } from './config-fields.js';
import { defaultGpus } from './default-gpus.js';
import type { FileRun } from './file-run.js';
import type { PythonDict } from './python-value.js';
import { shapeOfInference, shapeOfTraining } from './v1-shape.js';

/**
 * A v1.0 to v1.3 config as a run.
 * @throws UsageError naming key and line.
 */
export function readV1(
  config: PythonDict,
  file: string,
  model: ModelVersion['id'],
  task: Task,
  given: Partial<TargetFlags>,
): FileRun {
  const version = modelVersion(model);
  for (const key of ['model.enable_flashattn', 'model.enable_flash_attn'])
    if (switchAt(config, key) === false)
      throw wrong(config, key, 'True, since attention that holds all its scores is not judged');
  const dtype = textAt(config, 'dtype');
  const flags: TargetFlags = { model, task, ...(dtype !== undefined && { dtype }) };
  // A frame at a time is the VAE's least: v1.2:opensora/models/vae/vae.py micro_batch_size.
  if (model !== 'v1.3' && wholeAt(config, 'vae.micro_batch_size', 1) === 1) flags.vaeTiling = true;
  return task === 'train'
    ? training(config, file, version, flags, given)
    : inference(config, file, version, flags, given);
}

function training(
  config: PythonDict,
  file: string,
  version: ModelVersion,
  flags: TargetFlags,
  given: Partial<TargetFlags>,
): FileRun {
  const { plugin, sp } = pluginOf(config);
  flags.checkpointing = switchAt(config, 'grad_checkpoint') === true ? 'full' : 'none';
  if (plugin !== undefined) flags.plugin = plugin;
  if (sp > 1) flags.sp = sp;
  if (switchAt(config, 'load_video_features') === true) flags.cachedVideo = true;
  if (switchAt(config, 'load_text_features') === true) flags.cachedText = true;
  const gpus = defaultGpus(file, sp, given);
  const assumptions = [...gpus.assumptions];
  const steps = wholeAt(config, 'accumulation_steps', 1) ?? 1;
  if (steps > 1 && !accumulates(version))
    assumptions.push(
      `accumulation_steps ${steps} is read by no script of ${version.id}: every step is one micro-batch.`,
    );
  const many = bucketsOf(config, version);
  return {
    flags: { ...flags, ...gpus.flags },
    buckets: many?.buckets ?? [shapeOfTraining(config, file, version)],
    accumulation: accumulates(version) ? steps : 1,
    // v1.2:scripts/train.py takes 4 where a config has none.
    dataWorkers: wholeAt(config, 'num_workers') ?? 4,
    assumptions: [...assumptions, ...(many?.assumptions ?? [])],
  };
}

/** `zero2-seq` is ZeRO-2 with sequence groups: v1.2:opensora/utils/train_utils.py create_colossalai_plugin. */
function pluginOf(config: PythonDict): { plugin: string | undefined; sp: number } {
  const name = textAt(config, 'plugin');
  const sp = wholeAt(config, 'sp_size', 1) ?? 1;
  if (name === undefined) return { plugin: undefined, sp };
  if (!['zero1', 'zero2', 'zero1-seq', 'zero2-seq'].includes(name))
    throw wrong(config, 'plugin', 'zero2 or zero2-seq (v1.3: zero1 or zero1-seq as well)');
  const grouped = name.endsWith('-seq');
  if (!grouped && sp > 1)
    throw wrong(config, 'plugin', `${name}-seq, since upstream asserts sp_size 1 otherwise and it is ${sp}`);
  if (grouped && sp === 1)
    throw wrong(config, 'plugin', `${name.slice(0, 5)}, since upstream asserts sp_size above 1 otherwise`);
  return { plugin: name.slice(0, 5), sp };
}

/** All processes of an inference share each video: v1.2:scripts/inference.py; STDiT2 of v1.1 cannot. */
function inference(
  config: PythonDict,
  file: string,
  version: ModelVersion,
  flags: TargetFlags,
  given: Partial<TargetFlags>,
): FileRun {
  const assumptions: string[] = [];
  const steps = wholeAt(config, 'scheduler.num_sampling_steps', 1);
  if (steps !== undefined) flags.samplingSteps = steps;
  const gpus = Number(given.gpuCount ?? 1);
  if (version.id !== 'v1.1' && gpus > 1 && given.sp === undefined) {
    flags.sp = gpus;
    assumptions.push(
      `All ${gpus} processes of upstream's inference share each video: sequence parallel ${gpus} is taken.`,
    );
  }
  const size = pairAt(config, 'image_size', 1);
  return {
    flags,
    buckets: [shapeOfInference(config, file, version, size)],
    accumulation: 1,
    assumptions,
  };
}
