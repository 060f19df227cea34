import type { ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { type RangedPart, sumOf } from './parts.js';

/** Host memory that one rank takes; the parts' sum is `bytes`. */
export interface HostMemory {
  bytes: number;
  range: [low: number, high: number];
  parts: RangedPart[];
}

export function hostMemory(_version: ModelVersion, _target: Target): HostMemory {
  const parts: RangedPart[] = [];
  return { ...sumOf(parts), parts };
}

/** What one saved checkpoint takes on disk, in bytes; null in inference. */
export function savedCheckpointBytes(version: ModelVersion, target: Target): number | null {
  return target.task === 'infer' ? null : 2 * version.parameters + 12 * version.trainableParameters;
}
