import type { ModelVersion } from '../../../models/catalog/types.js';
import { UsageError } from '../../contract/usage-error.js';
import { type BucketEntry, isActive, readBucketConfig } from './bucket-config.js';
import { stepShares } from './bucket-shares.js';
import type { FileBucket } from './file-run.js';
import type { PythonDict } from './python-value.js';

export interface ConfigBuckets {
  buckets: FileBucket[];
  assumptions: string[];
}

/**
 * The active buckets of a config's `bucket_config` with their shares of the steps; undefined where it has none.
 * @throws UsageError naming the bucket and its line.
 */
export function bucketsOf(config: PythonDict, version: ModelVersion): ConfigBuckets | undefined {
  const rule =
    version.id === 'v2.0' ? 'skips' : version.id === 'v1.1' || version.id === 'v1.0' ? 'none' : 'tries';
  const entries = readBucketConfig(config, rule);
  if (entries === undefined) return undefined;
  const areas = new Map(entries.map((entry) => [entry.resolution, areaOf(version, entry)]));
  const { shares, assumptions } = stepShares(entries, (resolution) => areas.get(resolution)!);
  const buckets = entries.flatMap((entry, index) => {
    if (!isActive(entry)) return [];
    const { resolution, aspect } = nameParts(entry.resolution);
    const flags = { resolution, ...(aspect && { aspect }), frames: entry.frames, batch: entry.batch! };
    const place = `${entry.place}, bucket ${entry.resolution} of ${entry.frames} frames`;
    return [{ flags, share: shares[index]!, place }];
  });
  return { buckets, assumptions };
}

/** Pixels by which upstream orders its resolutions. @throws UsageError for a name that the version has not. */
function areaOf(version: ModelVersion, entry: BucketEntry): number {
  const { resolution } = nameParts(entry.resolution);
  try {
    const { height, width } = version.frameSize(resolution.toLowerCase(), version.defaultAspect(resolution));
    return height * width;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${entry.place}: bucket_config: ${error.message}`);
    throw error;
  }
}

/** v2.0's `256px_ar16:9` fixes the aspect ratio: main:opensora/datasets/aspect.py. v1.3's `360p_16d` is a name. */
function nameParts(name: string): { resolution: string; aspect?: string } {
  const match = /^(.+)_ar([\d.:]+)$/.exec(name);
  return match === null ? { resolution: name } : { resolution: match[1]!, aspect: match[2]! };
}
