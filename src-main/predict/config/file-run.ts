import type { ModelVersion } from '../../../models/catalog/types.js';
import type { Bucket } from '../../contract/target.js';
import type { TargetFlags } from '../../contract/target-flags.js';

/** Flags that say one bucket's shape and batch. */
export const shapeFlags = [
  'resolution',
  'aspect',
  'frames',
  'batch',
  'latentFrames',
  'spatialTokens',
] as const;

/** One bucket as a file has it. */
export interface FileBucket {
  flags: Pick<TargetFlags, (typeof shapeFlags)[number]>;
  /** Samples' share of the steps, 0–1. */
  share: number;
  /** Where it stands, for messages. */
  place: string;
  /** Size and grid of the file's own, where no flag says them. */
  own?: Partial<Bucket>;
}

/** A run as a file tells it, before it is resolved. */
export interface FileRun {
  flags: TargetFlags;
  buckets: FileBucket[];
  /** Micro-batches of an optimiser step. */
  accumulation: number;
  /** Undefined where the version's own is meant. */
  dataWorkers?: number | undefined;
  /** What the file leaves open, and how it was read. */
  assumptions: string[];
}

/** Resolution and aspect ratio as flags; the ratio that the resolution has by itself is left out, and so moves with it. */
export function namedSize(
  version: ModelVersion,
  resolution: string,
  aspect: string,
): Pick<TargetFlags, 'resolution' | 'aspect'> {
  return aspect === version.defaultAspect(resolution) ? { resolution } : { resolution, aspect };
}
