import type { ModelId, Task } from '../../../models/catalog/types.js';
import { modelIdSchema, taskSchema } from '../../contract/target.js';
import type { TargetFlags } from '../../contract/target-flags.js';
import { UsageError } from '../../contract/usage-error.js';
import { oneOf } from '../flag-values.js';
import { entryAt, known, textAt, valueAt } from './config-fields.js';
import { type PythonDict, placeName } from './python-value.js';

/** Versions by `model.type`: v1.2:opensora/models/stdit/*.py, main:opensora/models/mmdit/model.py. */
const versionsOf: Record<string, ModelId[]> = {
  'STDiT-XL/2': ['v1.0'],
  'STDiT2-XL/2': ['v1.1'],
  'STDiT3-XL/2': ['v1.2', 'v1.3'],
  flux: ['v2.0'],
};

/** Sizes that a config may set; what is judged is the published architecture. */
const sizes: Record<'stdit' | 'flux', Record<string, number>> = {
  stdit: { depth: 28, hidden_size: 1152, num_heads: 16, mlp_ratio: 4 },
  flux: { depth: 19, depth_single_blocks: 38, hidden_size: 3072, num_heads: 24, mlp_ratio: 4 },
};

/** The version that a config is of. @throws UsageError where it is none that is known, or `--model` says another. */
export function modelOf(config: PythonDict, file: string, flags: Partial<TargetFlags>): ModelId {
  const type = textAt(config, 'model.type');
  const given = flags.model === undefined ? undefined : oneOf('--model', flags.model, modelIdSchema.options);
  if (type === undefined) {
    throw new UsageError(
      `${file}: model.type is not set, so this is no Open-Sora config; right would be ${Object.keys(versionsOf).join(', ')}`,
    );
  }
  const place = placeName(entryAt(config, 'model.type')!.place);
  const versions = Object.hasOwn(versionsOf, type) ? versionsOf[type]! : undefined;
  if (versions === undefined) {
    throw new UsageError(
      `${place}: model.type "${type}" is none that Preflight knows; it knows ${Object.keys(versionsOf).join(', ')}`,
    );
  }
  checkSizes(config, type === 'flux' ? 'flux' : 'stdit');
  if (given !== undefined && !versions.includes(given)) {
    throw new UsageError(`--model ${given}: "${type}" at ${place} is a model of ${versions.join(' and ')}`);
  }
  return given ?? (versions.length === 1 ? versions[0]! : stdit3Version(config));
}

/** STDiT3 with v1.3's VAE, windows or spatial rotary embedding is v1.3's. */
function stdit3Version(config: PythonDict): ModelId {
  const vae = textAt(config, 'vae.type');
  if (vae !== undefined) return vae === 'OpenSoraVAE_V1_3' ? 'v1.3' : 'v1.2';
  return config.size > 0 &&
    (valueAt(config, 'model.kernel_size') ?? valueAt(config, 'model.use_spatial_rope'))
    ? 'v1.3'
    : 'v1.2';
}

function checkSizes(config: PythonDict, family: keyof typeof sizes): void {
  for (const [key, published] of Object.entries(sizes[family])) {
    const entry = entryAt(config, `model.${key}`);
    if (entry === undefined) continue;
    const value = known(entry, `model.${key}`);
    if (value !== published)
      throw new UsageError(
        `${placeName(entry.place)}: model.${key} is not the published ${published}, and only the published architecture is judged`,
      );
  }
}

const ofTraining = ['bucket_config', 'lr', 'optim', 'grad_checkpoint', 'epochs', 'ckpt_every'];
const ofInference = ['sampling_option', 'save_dir', 'prompt_path', 'prompt', 'scheduler.num_sampling_steps'];

/** Whether a config trains or infers, by the keys that only one of them has. @throws UsageError where it is open. */
export function taskOf(config: PythonDict, file: string, flags: Partial<TargetFlags>): Task {
  if (flags.task !== undefined) return oneOf('--task', flags.task, taskSchema.options);
  const has = (paths: string[]) => paths.some((path) => entryAt(config, path) !== undefined);
  const [trains, infers] = [has(ofTraining), has(ofInference)];
  if (trains !== infers) return trains ? 'train' : 'infer';
  throw new UsageError(
    `${file} has keys of ${trains ? 'both training and inference' : 'neither training nor inference'}; say --task train or --task infer`,
  );
}
