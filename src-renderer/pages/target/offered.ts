import { modelVersion, modelVersions } from '../../../models/catalog/index.js';
import type { ModelVersion } from '../../../models/catalog/types.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import {
  accumulates,
  pluginsOf,
  sequenceGroups,
  tensorGroups,
} from '../../../src-main/predict/resolve-parallelism.js';
import { cachesFeatures } from '../../../src-main/predict/resolve-target.js';

/** What the form has a field for. */
export type Field = Exclude<keyof TargetFlags, 'latentFrames' | 'spatialTokens'>;

/** The version that a form's flags name; the newest while they name none. */
export function versionOf({ model, ae }: TargetFlags): ModelVersion {
  const known = modelVersions.find(({ id }) => id === model) ?? modelVersions.at(-1)!;
  return modelVersion(known.id, known.id === 'v2.0' && ae === 'dc-ae' ? 'dc-ae' : null);
}

type Offer = (version: ModelVersion, flags: TargetFlags) => boolean;
const training: Offer = (_, { task }) => task === 'train';
const ofTraining =
  (offer: Offer): Offer =>
  (version, flags) =>
    training(version, flags) && offer(version, flags);
const isV2: Offer = ({ id }) => id === 'v2.0';

/** What not every run has; the rest is always there. */
const offers: Partial<Record<Field, Offer>> = {
  ae: isV2,
  effectiveBatch: ofTraining(accumulates),
  checkpointing: training,
  plugin: ofTraining((version) => pluginsOf(version).length > 1),
  sp: (version) => sequenceGroups(version).length > 1,
  tp: (version, { loraRank }) => tensorGroups(version).length > 1 && loraRank === undefined,
  cachedText: ofTraining(cachesFeatures),
  cachedVideo: ofTraining((version, { i2v }) => cachesFeatures(version) && i2v !== true),
  ema: training,
  loraRank: ofTraining(({ id }) => id === 'v1.3' || id === 'v2.0'),
  offload: ofTraining(isV2),
  i2v: ofTraining(isV2),
  interNodeGbps: (_, { nodes }) => Number(nodes) > 1,
  steps: training,
  samplingSteps: (_, { task }) => task === 'infer',
};

/** Whether the run that the flags name can have this at all in its version. */
export function isOffered(field: Field, flags: TargetFlags): boolean {
  return offers[field]?.(versionOf(flags), flags) ?? true;
}

/** Without what the version does not have: a form keeps that for when a person goes back. */
export function offeredFlags(flags: TargetFlags): TargetFlags {
  const kept = Object.entries(flags).filter(
    ([name, value]) => value !== undefined && value !== '' && isOffered(name as Field, flags),
  );
  return Object.fromEntries(kept) as TargetFlags;
}

/** Counts of frames along a slider: what the version's VAE takes, up to the longest that is trained. */
export function framesOffered(version: ModelVersion): number[] {
  const [step, most] =
    version.id === 'v2.0'
      ? [4, 129]
      : version.id === 'v1.3'
        ? [16, 113]
        : version.id === 'v1.2'
          ? [17, 408]
          : [8, 128];
  const counts = Array.from({ length: most + step }, (_, index) => index + 1).filter(
    (frames) => frames <= most && version.acceptsFrames(frames).ok,
  );
  const even = counts.filter((frames) => frames === 1 || frames % step === 0);
  return counts.length > 60 ? even : counts;
}

export const batchesOffered = [
  1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 96, 128,
];
export const gpuCountsOffered = [1, 2, 4, 6, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512];

/** After another model or autoencoder was chosen: a resolution, aspect and frames that it knows in place of one that it does not. */
export function adapted(flags: TargetFlags): TargetFlags {
  const version = versionOf(flags);
  const { resolution, aspect, frames } = flags;
  const next = { ...flags };
  if (resolution === undefined || !version.resolutions.includes(resolution)) {
    next.resolution =
      version.resolutions.find((name) => name === '256px' || name === '360p') ?? version.resolutions[0];
  }
  if (aspect !== undefined && !version.aspects.includes(aspect)) delete next.aspect;
  const accepted = version.acceptsFrames(Number(frames));
  if (!accepted.ok) next.frames = accepted.nearest.at(-1)!;
  return next;
}
