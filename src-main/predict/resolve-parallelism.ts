import type { ModelVersion, OptimizerPlugin, Task } from '../../models/catalog/types.js';
import type { Bucket, Target } from '../contract/target.js';
import type { TargetFlags } from '../contract/target-flags.js';
import { UsageError } from '../contract/usage-error.js';
import { oneOf, wholeNumber } from './flag-values.js';

type Parallelism = Pick<
  Target,
  'gpuCount' | 'nodes' | 'plugin' | 'sequenceParallel' | 'tensorParallel' | 'effectiveBatch' | 'accumulation'
>;

const most = 100_000;

/**
 * How the run is spread: GPUs, nodes, groups, plugin, accumulation.
 * @throws UsageError where the version cannot run so, or the numbers do not divide.
 */
export function resolveParallelism(
  version: ModelVersion,
  task: Task,
  flags: TargetFlags,
  batch: number,
): Parallelism {
  const nodes = wholeNumber('--nodes', flags.nodes, { most }) ?? 1;
  const gpuCount = wholeNumber('--gpu-count', flags.gpuCount, { most }) ?? nodes;
  if (gpuCount % nodes !== 0) {
    throw new UsageError(`--gpu-count ${gpuCount} (GPUs in all) does not divide into --nodes ${nodes}`);
  }
  const sequenceParallel = sequenceGroup(version, flags);
  const tensorParallel = tensorGroup(version, flags);
  const group = sequenceParallel * tensorParallel;
  if (gpuCount % group !== 0) {
    throw new UsageError(
      `--sp ${sequenceParallel} times --tp ${tensorParallel} is a group of ${group}, which must divide the GPUs, and --gpu-count is ${gpuCount}`,
    );
  }
  const plugin = pluginOf(version, task, flags, group > 1);
  const ranks = gpuCount / group;
  return {
    gpuCount,
    nodes,
    plugin,
    sequenceParallel,
    tensorParallel,
    ...batches(version, task, flags, batch, ranks),
  };
}

function sequenceGroup(version: ModelVersion, flags: TargetFlags): number {
  const sp = wholeNumber('--sp', flags.sp, { most }) ?? 1;
  if (sp === 1) return 1;
  // STDiT2's block takes the option and does nothing with it: v1.2:opensora/models/stdit/stdit2.py.
  if (version.id === 'v1.1')
    throw new UsageError('--sp: v1.1 has no sequence parallelism; leave it out or say 1');
  if (version.heads % sp !== 0) {
    throw new UsageError(
      `--sp ${sp} does not divide the ${version.heads} attention heads of ${version.id}; right would be ${sequenceGroups(version).join(', ')}`,
    );
  }
  return sp;
}

/**
 * Whether a sequence group can share a bucket's tokens: v1.0 splits the latent frames (v1.0:opensora/models/stdit/stdit.py
 * `d_t % sp_size`), v1.2 the tokens of a frame (v1.2:opensora/acceleration/communications.py `_split`); v1.3 pads rows
 * and v2.0 pads the text, so that any size goes.
 */
export function sharesEvenly(version: ModelVersion, bucket: Bucket, sp: number): boolean {
  if (version.id === 'v1.0') return bucket.latentFrames % sp === 0;
  return version.id !== 'v1.2' || bucket.spatialTokens % sp === 0;
}

/** @throws UsageError where a sequence group cannot share the bucket's tokens. */
export function checkSequence(version: ModelVersion, bucket: Bucket, sp: number): void {
  if (sharesEvenly(version, bucket, sp)) return;
  const [count, what] =
    version.id === 'v1.0'
      ? [bucket.latentFrames, 'latent frames']
      : [bucket.spatialTokens, `tokens of a frame at ${bucket.resolution}`];
  const right = sequenceGroups(version).filter((size) => sharesEvenly(version, bucket, size));
  throw new UsageError(
    `--sp ${sp} does not divide the ${count} ${what}, which ${version.id} shares among the group; right would be ${right.join(', ')}`,
  );
}

function tensorGroup(version: ModelVersion, flags: TargetFlags): number {
  const tp = wholeNumber('--tp', flags.tp, { most }) ?? 1;
  if (tp === 1) return 1;
  if (version.id !== 'v2.0') {
    throw new UsageError(`--tp: ${version.id} has no tensor parallelism; leave it out or say 1`);
  }
  if (version.heads % tp !== 0) {
    throw new UsageError(
      `--tp ${tp} does not divide the ${version.heads} attention heads of ${version.id}; right would be ${tensorGroups(version).join(', ')}`,
    );
  }
  return tp;
}

/** GPUs that may share a sample's tokens in this version. */
export function sequenceGroups(version: ModelVersion): number[] {
  return version.id === 'v1.1' ? [1] : divisors(version.heads);
}

/** GPUs that may share the weights of a block in this version. */
export function tensorGroups(version: ModelVersion): number[] {
  return version.id === 'v2.0' ? divisors(version.heads) : [1];
}

/**
 * v2.0 shares a sample among GPUs in its hybrid plugin alone and asserts so; v1.x's `zero2-seq` is ZeRO-2 with
 * sequence groups, and is what zero2 with --sp means there. v1.0 to v1.2 have ZeRO-2 only.
 */
function pluginOf(version: ModelVersion, task: Task, flags: TargetFlags, grouped: boolean): OptimizerPlugin {
  const names = pluginsOf(version);
  if (flags.plugin === undefined)
    return grouped && names.includes('hybrid') ? 'hybrid' : version.training.plugin;
  const plugin = oneOf('--plugin', flags.plugin, ['zero1', 'zero2', 'hybrid'] as const);
  if (!names.includes(plugin)) {
    throw new UsageError(`--plugin ${plugin}: ${version.id} trains with ${names.join(' or ')}`);
  }
  if (task === 'train' && version.id === 'v2.0' && grouped && plugin !== 'hybrid') {
    throw new UsageError(
      `--plugin ${plugin} cannot run --sp or --tp above 1; right would be --plugin hybrid`,
    );
  }
  return plugin;
}

/** The plugins that the version's training script takes. */
export function pluginsOf(version: ModelVersion): OptimizerPlugin[] {
  if (version.id === 'v2.0') return ['zero1', 'zero2', 'hybrid'];
  return version.id === 'v1.3' ? ['zero1', 'zero2'] : ['zero2'];
}

/** Whether the version's training script accumulates gradients over micro-batches. */
export function accumulates(version: ModelVersion): boolean {
  return version.id === 'v1.3' || version.id === 'v2.0';
}

function batches(
  version: ModelVersion,
  task: Task,
  flags: TargetFlags,
  batch: number,
  ranks: number,
): Pick<Target, 'effectiveBatch' | 'accumulation'> {
  const once = batch * ranks;
  const asked = wholeNumber('--effective-batch', flags.effectiveBatch, { most: 1e9 });
  if (asked === undefined) return { effectiveBatch: once, accumulation: 1 };
  if (task === 'infer') throw new UsageError('--effective-batch is for training; for inference say --batch');
  if (asked % once !== 0) {
    const below = Math.floor(asked / once) * once;
    const near = below > 0 ? `${below} or ${below + once}` : `${once}`;
    throw new UsageError(
      `--effective-batch ${asked} is no multiple of --batch ${batch} times ${ranks} data-parallel ranks; right would be ${near}`,
    );
  }
  const accumulation = asked / once;
  if (accumulation > 1 && !accumulates(version)) {
    throw new UsageError(
      `--effective-batch ${asked} needs ${accumulation} accumulation steps, and ${version.id} cannot accumulate; right would be ${once}, or a larger --batch or --gpu-count`,
    );
  }
  return { effectiveBatch: asked, accumulation };
}

function divisors(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((value) => count % value === 0);
}
