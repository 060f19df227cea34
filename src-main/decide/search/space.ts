import { modelVersion } from '../../../models/catalog/index.js';
import type { Dtype, ModelVersion } from '../../../models/catalog/types.js';
import type { Target } from '../../contract/target.js';
import { gpusOfNode } from '../../predict/ranks.js';
import { pluginsOf, sequenceGroups, sharesEvenly, tensorGroups } from '../../predict/resolve-parallelism.js';
import { cachesFeatures } from '../../predict/resolve-target.js';
import { takesFullPrecision } from '../script-findings.js';

/** What a search may change beyond what leaves the training and its data as they are. */
export interface Tier {
  /** Text and video features computed before the training. */
  cachedFeatures: boolean;
  /** Of what changes the training: another precision, or also a smaller effective batch. */
  training: 'nothing' | 'precision' | 'batch';
}

/** In the order in which they are tried: whatever fits in one ends the search. */
export const tiers: readonly Tier[] = (['nothing', 'precision', 'batch'] as const).flatMap((training) => [
  { cachedFeatures: false, training },
  { cachedFeatures: true, training },
]);

/**
 * All settings that the buckets share, checkpointing and batches as asked: plugin and ZeRO stage, sequence and tensor
 * parallel, offload, cached features, VAE tiling and precision, as the version can run them.
 *
 * @param bf16 whether the GPUs that are judged compute in bf16
 */
export function sharedSettings(target: Target, tier: Tier, bf16: boolean): Target[] {
  const version = modelVersion(target.model, target.ae);
  return parallelisms(version, target).flatMap((parallel) =>
    precisions(target, tier, bf16).flatMap((dtype) =>
      offloads(version, target).flatMap((offload) =>
        caches(version, target, tier).flatMap((cached) =>
          [false, true].map((vaeTiling) => ({
            ...target,
            ...parallel,
            ...cached,
            dtype,
            offload,
            vaeTiling,
          })),
        ),
      ),
    ),
  );
}

type Parallelism = Pick<Target, 'plugin' | 'sequenceParallel' | 'tensorParallel'>;

/** Groups stay within a node, whose GPUs they divide; v2.0 trains in groups by its hybrid plugin alone. */
function parallelisms(version: ModelVersion, target: Target): Parallelism[] {
  const perNode = gpusOfNode(target);
  const pairs = sequenceGroups(version).flatMap((sequenceParallel) =>
    tensorGroups(version)
      // LoRA goes with whole weights alone: main:scripts/diffusion/train.py.
      .filter((tp) => tp === 1 || target.loraRank === null)
      .map((tensorParallel) => ({ sequenceParallel, tensorParallel })),
  );
  return pairs
    .filter(({ sequenceParallel, tensorParallel }) => perNode % (sequenceParallel * tensorParallel) === 0)
    .filter(({ sequenceParallel: sp }) => target.buckets.every((bucket) => sharesEvenly(version, bucket, sp)))
    .flatMap((pair) => pluginsFor(version, target, pair).map((plugin) => ({ ...pair, plugin })));
}

function pluginsFor(
  version: ModelVersion,
  target: Target,
  { sequenceParallel, tensorParallel }: Omit<Parallelism, 'plugin'>,
): Target['plugin'][] {
  if (target.task === 'infer') return [target.plugin];
  const all = pluginsOf(version);
  if (!all.includes('hybrid')) return all;
  // Without groups the hybrid plugin does what zero2 does: kept where it was asked for.
  if (sequenceParallel * tensorParallel === 1)
    return all.filter((plugin) => plugin !== 'hybrid' || target.plugin === 'hybrid');
  return ['hybrid'];
}

/** bf16 and fp16 take the same memory and time: one is left for the other only where the GPU cannot compute in it. */
function precisions(target: Target, tier: Tier, bf16: boolean): Dtype[] {
  const able = (dtype: Dtype) => (dtype === 'fp32' ? takesFullPrecision(target) : dtype !== 'bf16' || bf16);
  const half = bf16 ? 'bf16' : 'fp16';
  const keeps = able(target.dtype) && (target.dtype !== 'fp32' || tier.training === 'nothing');
  if (keeps) return [target.dtype];
  if (tier.training === 'nothing') return [];
  return target.dtype === 'fp32' && able('fp32') ? ['fp32', half] : [half];
}

/** Upstream moves activations to the host in v2.0's training alone: main:opensora/acceleration/checkpoint.py. */
function offloads(version: ModelVersion, target: Target): boolean[] {
  return version.id === 'v2.0' && target.task === 'train' ? [false, true] : [target.offload];
}

type Cached = Pick<Target, 'cachedText' | 'cachedVideo'>;

/**
 * Features are read by the training of v1.2 on: `load_text_features` in v1.2:scripts/train.py, absent in v1.1's.
 * Conditions are made of the videos themselves.
 */
function caches(version: ModelVersion, target: Target, tier: Tier): Cached[] {
  const { cachedText, cachedVideo } = target;
  const can = target.task === 'train' && cachesFeatures(version);
  if (!tier.cachedFeatures || !can) return [{ cachedText, cachedVideo }];
  const options = (asked: boolean) => (asked ? [true] : [false, true]);
  return options(cachedText).flatMap((text) =>
    (target.i2v ? [cachedVideo] : options(cachedVideo)).map((video) => ({
      cachedText: text,
      cachedVideo: video,
    })),
  );
}
