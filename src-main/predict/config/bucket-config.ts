import { UsageError } from '../../contract/usage-error.js';
import { entryAt, known, shown } from './config-fields.js';
import { type Entry, isDict, type PythonDict, type PythonValue, placeName } from './python-value.js';

/** One entry of `bucket_config`. */
export interface BucketEntry {
  /** As the file names it. */
  resolution: string;
  frames: number;
  /** Probability that a sample of that many frames tries it rather than fewer frames. */
  tried: number;
  /** Probability that a sample that tries it stays; else it goes on at the next lower resolution. */
  kept: number;
  /** Samples per GPU, or null where the bucket is off. */
  batch: number | null;
  place: string;
}

/**
 * What a version makes of a pair of probabilities: v1.1 takes none; in v1.2 and v1.3 the second is the probability to
 * try the bucket (v1.2:opensora/datasets/bucket.py), in v2.0 to skip it (main:opensora/datasets/bucket.py).
 */
export type PairRule = 'none' | 'tries' | 'skips';

/** Whether the bucket can have samples. */
export const isActive = ({ kept, batch }: BucketEntry) => kept > 0 && batch !== null;

/**
 * Every entry of `bucket_config`, off or not; undefined where a config has none.
 * @throws UsageError naming the bucket and its line.
 */
export function readBucketConfig(config: PythonDict, rule: PairRule): BucketEntry[] | undefined {
  const entry = entryAt(config, 'bucket_config');
  const value = entry === undefined ? null : known(entry, 'bucket_config');
  if (entry === undefined || value === null) return undefined;
  if (!isDict(value)) throw bad(entry, 'bucket_config must be a dict of resolutions');
  const entries = [...value].flatMap(([resolution, byFrames]) => {
    const frames = known(byFrames, `bucket_config ${resolution}`);
    if (!isDict(frames))
      throw bad(byFrames, `bucket_config ${shown(resolution)} must be a dict of frame counts`);
    return [...frames].map(([count, bucket]) => readBucket(String(resolution), count, bucket, rule));
  });
  if (!entries.some(isActive))
    throw bad(entry, 'bucket_config has no active bucket; one needs a probability above 0 and a batch');
  return entries;
}

function readBucket(resolution: string, frames: PythonValue, entry: Entry, rule: PairRule): BucketEntry {
  const label = `bucket_config ${resolution} ${shown(frames)}`;
  if (typeof frames !== 'number' || !Number.isSafeInteger(frames) || frames < 1)
    throw bad(entry, `${label}: a bucket is named by its frame count, a whole number from 1`);
  const value = known(entry, label);
  if (!Array.isArray(value) || value.length !== 2)
    throw bad(entry, `${label} must be (probability, batch), not ${shown(value)}`);
  const [chance, batch] = value as [PythonValue, PythonValue];
  const { tried, kept } = chances(chance, frames, rule, entry, label);
  if (batch !== null && !(typeof batch === 'number' && Number.isSafeInteger(batch) && batch >= 1))
    throw bad(entry, `${label}: its batch must be a whole number from 1, not ${shown(batch)}`);
  if (batch === null && kept > 0 && tried > 0)
    throw bad(
      entry,
      `${label}: its batch is None with a probability above 0; give a batch, or probability 0.0`,
    );
  return { resolution, frames, tried, kept, batch, place: placeName(entry.place) };
}

function chances(
  chance: PythonValue,
  frames: number,
  rule: PairRule,
  entry: Entry,
  label: string,
): Pick<BucketEntry, 'tried' | 'kept'> {
  const one = (value: PythonValue | undefined): number => {
    if (typeof value === 'number' && value >= 0) return Math.min(1, value);
    throw bad(entry, `${label}: a probability must be a number from 0 to 1, not ${shown(value ?? null)}`);
  };
  if (!Array.isArray(chance)) return { tried: 1, kept: one(chance) };
  if (chance.length !== 2 || rule === 'none' || frames === 1)
    throw bad(entry, `${label}: its probability must be one number here, not ${shown(chance)}`);
  const second = one(chance[1]);
  return { kept: one(chance[0]), tried: rule === 'skips' ? 1 - second : second };
}

function bad({ place }: Entry, text: string): UsageError {
  return new UsageError(`${placeName(place)}: ${text}`);
}
