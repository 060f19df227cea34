import { type BucketEntry, isActive } from './bucket-config.js';

export interface StepShares {
  /** Share of the steps of each entry, in the entries' order; they add up to 1. */
  shares: number[];
  assumptions: string[];
}

const largeSamples =
  'The data set is not in the file: every sample is taken to be large and long enough for the largest bucket of the file';

/**
 * How often each bucket is a step's, by upstream's `get_bucket_id` (v1.1, v1.2, v1.3, main:opensora/datasets/bucket.py):
 * a sample tries the largest resolution first and there, as a video, the most frames; where it is not kept it goes on
 * at the next lower resolution, and is dropped after the last. Steps of a bucket are its samples over its batch.
 *
 * @param areaOf pixels of a resolution
 */
export function stepShares(
  entries: readonly BucketEntry[],
  areaOf: (resolution: string) => number,
): StepShares {
  const byArea = [...new Set(entries.map(({ resolution }) => resolution))].toSorted(
    (a, b) => areaOf(b) - areaOf(a),
  );
  const active = entries.filter(isActive);
  const images = active.some(({ frames }) => frames === 1);
  const videos = active.some(({ frames }) => frames > 1);
  const each = images && videos ? 0.5 : 1;
  const samples = new Map<BucketEntry, number>();
  if (images)
    walk(
      byArea,
      entries.filter(({ frames }) => frames === 1),
      each,
      samples,
    );
  if (videos)
    walk(
      byArea,
      entries.filter(({ frames }) => frames > 1),
      each,
      samples,
    );
  const assumptions = [
    images && videos ? `${largeSamples}, half of them images and half videos.` : `${largeSamples}.`,
  ];
  if (active.length === 1)
    return { shares: entries.map((entry) => (isActive(entry) ? 1 : 0)), assumptions: [] };
  const steps = entries.map((entry) => (isActive(entry) ? (samples.get(entry) ?? 0) / entry.batch! : 0));
  const total = steps.reduce((sum, value) => sum + value, 0);
  if (total > 0) return { shares: steps.map((value) => value / total), assumptions };
  return {
    shares: entries.map((entry) => (isActive(entry) ? 1 / active.length : 0)),
    assumptions: [
      'By its probabilities no such sample would stay in a bucket: the steps are shared out evenly.',
    ],
  };
}

/** Sends samples of one kind down the resolutions, adding to `samples` what stays in each bucket. */
function walk(
  byArea: readonly string[],
  entries: readonly BucketEntry[],
  mass: number,
  samples: Map<BucketEntry, number>,
): void {
  let left = mass;
  for (const resolution of byArea) {
    const here = entries
      .filter((entry) => entry.resolution === resolution)
      .toSorted((a, b) => b.frames - a.frames);
    let passing = left;
    let goingOn = 0;
    for (const entry of here) {
      const trying = passing * entry.tried;
      samples.set(entry, trying * entry.kept);
      goingOn += trying * (1 - entry.kept);
      passing -= trying;
    }
    left = goingOn + passing;
  }
}
