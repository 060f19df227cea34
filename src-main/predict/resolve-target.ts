import { modelVersion } from '../../models/catalog/index.js';
import type { ModelId, ModelVersion, Task } from '../../models/catalog/types.js';
import { dtypeSchema, modelIdSchema, type Target, taskSchema } from '../contract/target.js';
import { flagOf, type TargetFlags, targetFlagsSchema } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { oneOf, wholeNumber } from './flag-values.js';
import { resolveCheckpointing } from './resolve-checkpointing.js';
import { checkSequence, resolveParallelism } from './resolve-parallelism.js';
import { resolveBucket } from './resolve-shape.js';

/**
 * The run that the flags name, with the version's published training config for what they leave out.
 * @throws UsageError: one line that says what is wrong and what would be right.
 */
export function resolveTarget(given: TargetFlags): Target {
  const flags = readFlags(given);
  const model = oneOf('--model', flags.model, modelIdSchema.options);
  const ae = autoencoderOf(model, flags);
  const version = modelVersion(model, ae);
  const task = oneOf('--task', flags.task, taskSchema.options);
  const bucket = resolveBucket(version, task, flags);
  const parallelism = resolveParallelism(version, task, flags, bucket.batch);
  checkSequence(version, bucket, parallelism.sequenceParallel);
  return {
    model: version.id,
    task,
    buckets: [bucket],
    dtype:
      flags.dtype === undefined ? version.training.dtype : oneOf('--dtype', flags.dtype, dtypeSchema.options),
    ...parallelism,
    checkpointedBlocks: resolveCheckpointing(version, task, flags.checkpointing),
    cachedText: cached('--cached-text', version, task, flags.cachedText),
    cachedVideo: cached('--cached-video', version, task, flags.cachedVideo),
    ema: emaOf(version, task, flags.ema),
    ae,
    loraRank: loraOf(version, task, flags),
    offload: offloadOf(version, task, flags),
    vaeTiling: flags.vaeTiling ?? false,
    i2v: i2vOf(version, task, flags),
    dataWorkers: version.training.dataWorkers,
    interNodeGbps: interNodeGbps(flags),
    ...lengths(version, task, flags),
  };
}

/** Flags as they come from a command line or from JSON. @throws UsageError naming the flag that is of no use. */
function readFlags(given: unknown): TargetFlags {
  const parsed = targetFlagsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  const flag = flagOf(field);
  const value = typeof given === 'object' && given !== null ? Reflect.get(given, field) : given;
  throw new UsageError(
    value === undefined
      ? `${flag} is missing${field === 'task' ? '; say train or infer' : ''}${field === 'model' ? `; say one of ${modelIdSchema.options.join(', ')}` : ''}`
      : `${flag} cannot be ${JSON.stringify(value)}`,
  );
}

/** Features that were made before: read by the training of v1.2 (v1.2:scripts/train.py) and later. @throws UsageError */
function cached(flag: string, version: ModelVersion, task: Task, given: boolean | undefined): boolean {
  if (given === true && !cachesFeatures(version)) {
    throw new UsageError(`${flag}: the training of ${version.id} reads no features; v1.2 and later do`);
  }
  if (given === true && task === 'infer') {
    throw new UsageError(`${flag} is for training: inference must encode its prompt`);
  }
  return given ?? false;
}

/** Whether the version's training script reads features that were made before. */
export function cachesFeatures({ id }: ModelVersion): boolean {
  return id !== 'v1.0' && id !== 'v1.1';
}

function emaOf(version: ModelVersion, task: Task, given: TargetFlags['ema']): boolean {
  if (task === 'infer') return false;
  if (given === undefined) return version.training.emaBytesPerParameter !== null;
  return given === true || given === 'on';
}

/** v2.0 alone has a choice: HunyuanVideo's VAE, or DC-AE. @throws UsageError */
function autoencoderOf(model: ModelId, { ae }: TargetFlags): Target['ae'] {
  if (model !== 'v2.0') {
    if (ae === undefined) return null;
    throw new UsageError(`--ae: ${model} has one autoencoder, its own; leave it out`);
  }
  return ae === undefined ? 'hunyuan' : oneOf('--ae', ae, ['hunyuan', 'dc-ae'] as const);
}

/** @throws UsageError where the version's training takes no LoRA. */
function loraOf(version: ModelVersion, task: Task, { loraRank, tp }: TargetFlags): number | null {
  const rank = wholeNumber('--lora-rank', loraRank, { most: version.hidden }) ?? null;
  if (rank === null) return null;
  if (task === 'infer')
    throw new UsageError('--lora-rank is for training; inference merges a LoRA into the weights');
  if (version.id !== 'v2.0' && version.id !== 'v1.3')
    throw new UsageError(`--lora-rank: the training of ${version.id} has no LoRA; v1.3 and v2.0 have`);
  if (Number(tp ?? 1) > 1)
    throw new UsageError(
      "--lora-rank does not go with --tp: upstream's hybrid plugin takes LoRA with tp 1 alone",
    );
  return rank;
}

/**
 * Checkpoints in pinned host memory: main:opensora/acceleration/checkpoint.py, in v2.0's training alone. Inference takes
 * the flag, as upstream's README writes it, and moves nothing by it (main:opensora/utils/sampling.py).
 * @throws UsageError
 */
function offloadOf(version: ModelVersion, task: Task, { offload, checkpointing }: TargetFlags): boolean {
  if (offload !== true) return false;
  if (version.id !== 'v2.0')
    throw new UsageError(`--offload: ${version.id} cannot move activations to the host; v2.0 can`);
  if (task === 'train' && checkpointing?.trim().toLowerCase() === 'none')
    throw new UsageError('--offload moves checkpoints to the host, and --checkpointing none makes none');
  return true;
}

/**
 * Conditions are made of the videos themselves, whatever is cached: main:scripts/diffusion/train.py `prepare_inputs`.
 * @throws UsageError
 */
function i2vOf(version: ModelVersion, task: Task, { i2v, cachedVideo }: TargetFlags): boolean {
  if (i2v !== true) return false;
  if (version.id !== 'v2.0' || task === 'infer')
    throw new UsageError("--i2v is condition_config of v2.0's training; leave it out");
  if (cachedVideo)
    throw new UsageError(
      '--cached-video does not go with --i2v: conditions are encoded from the videos themselves',
    );
  return true;
}

/** @throws UsageError */
function interNodeGbps({ interNodeGbps: given }: TargetFlags): number | null {
  if (given === undefined) return null;
  const value =
    typeof given === 'number' ? given : /^\d+(\.\d+)?$/.test(given.trim()) ? Number(given) : Number.NaN;
  if (value > 0 && value <= 100_000) return value;
  throw new UsageError(
    `--inter-node-gbps ${given}: say Gbit/s of a node's network, such as 200; at most 100000`,
  );
}

function lengths(
  version: ModelVersion,
  task: Task,
  flags: TargetFlags,
): Pick<Target, 'samplingSteps' | 'steps'> {
  const samplingSteps = wholeNumber('--sampling-steps', flags.samplingSteps, { most: 100_000 });
  const steps = wholeNumber('--steps', flags.steps, { most: 1e9 });
  if (task === 'infer' && steps !== undefined) {
    throw new UsageError('--steps counts optimiser steps of a training; for inference say --sampling-steps');
  }
  return { samplingSteps: samplingSteps ?? version.samplingSteps, steps: steps ?? null };
}
