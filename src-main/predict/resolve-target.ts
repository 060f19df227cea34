import { modelVersion } from '../../models/catalog/index.js';
import type { ModelVersion, Task } from '../../models/catalog/types.js';
import { dtypeSchema, modelIdSchema, type Target, taskSchema } from '../contract/target.js';
import { type TargetFlags, targetFlagsSchema } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { oneOf, wholeNumber } from './flag-values.js';
import { resolveCheckpointing } from './resolve-checkpointing.js';
import { resolveParallelism } from './resolve-parallelism.js';
import { resolveBucket } from './resolve-shape.js';

/**
 * The run that the flags name, with the version's published training config for what they leave out.
 * @throws UsageError: one line that says what is wrong and what would be right.
 */
export function resolveTarget(given: TargetFlags): Target {
  const flags = readFlags(given);
  const version = modelVersion(oneOf('--model', flags.model, modelIdSchema.options));
  const task = oneOf('--task', flags.task, taskSchema.options);
  const bucket = resolveBucket(version, task, flags);
  return {
    model: version.id,
    task,
    buckets: [bucket],
    dtype:
      flags.dtype === undefined ? version.training.dtype : oneOf('--dtype', flags.dtype, dtypeSchema.options),
    ...resolveParallelism(version, task, flags, bucket.batch),
    checkpointedBlocks: resolveCheckpointing(version, task, flags.checkpointing),
    cachedText: trainingSwitch('--cached-text', task, flags.cachedText),
    cachedVideo: trainingSwitch('--cached-video', task, flags.cachedVideo),
    ema: emaOf(version, task, flags.ema),
    ...lengths(version, task, flags),
  };
}

/** Flags as they come from a command line or from JSON. @throws UsageError naming the flag that is of no use. */
function readFlags(given: unknown): TargetFlags {
  const parsed = targetFlagsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  const flag = `--${field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const value = typeof given === 'object' && given !== null ? Reflect.get(given, field) : given;
  throw new UsageError(
    value === undefined
      ? `${flag} is missing${field === 'task' ? '; say train or infer' : ''}${field === 'model' ? `; say one of ${modelIdSchema.options.join(', ')}` : ''}`
      : `${flag} cannot be ${JSON.stringify(value)}`,
  );
}

function trainingSwitch(flag: string, task: Task, given: boolean | undefined): boolean {
  if (given === true && task === 'infer') {
    throw new UsageError(`${flag} is for training: inference must encode its prompt`);
  }
  return given ?? false;
}

function emaOf(version: ModelVersion, task: Task, given: TargetFlags['ema']): boolean {
  if (task === 'infer') return false;
  if (given === undefined) return version.training.emaBytesPerParameter !== null;
  return given === true || given === 'on';
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
