import { modelVersion } from '../../../models/catalog/index.js';
import type { Bucket, Target } from '../../contract/target.js';
import { UsageError } from '../../contract/usage-error.js';
import { float, type PythonItem } from './python-text.js';

/**
 * The target's buckets as `bucket_config`, with probabilities that give their shares of the steps when every sample is
 * large and long enough for the largest (the inverse of `stepShares` in predict/config).
 *
 * @throws UsageError for what the version's bucket_config cannot hold
 */
export function bucketConfig(target: Target, replacing: boolean): PythonItem {
  const chances = bucketChances(target);
  const names = [...new Set(target.buckets.map((bucket) => bucketName(target, bucket)))];
  const byName = names.map((name) => {
    const buckets = target.buckets
      .map((bucket, index) => ({ bucket, chance: chances[index]! }))
      .filter(({ bucket }) => bucketName(target, bucket) === name)
      .toSorted((a, b) => a.bucket.frames - b.bucket.frames);
    const entries = buckets.map(
      ({ bucket, chance }) => [bucket.frames, { tuple: [chance, bucket.batch] }] as const,
    );
    if (new Set(entries.map(([frames]) => frames)).size !== entries.length)
      throw new UsageError(`two buckets are ${name} of the same frames, and bucket_config holds one of each`);
    return [name, { pairs: [...entries, ...stopBefore(target, buckets)] }] as const;
  });
  return { pairs: [...(replacing ? [['_delete_', true] as const] : []), ...byName] };
}

/**
 * v1.1 has no pairs: where no video stays at a resolution, as upstream's stage1 has it, a bucket of more frames that is
 * off takes them all and sends them on.
 */
function stopBefore(
  { model }: Target,
  buckets: readonly { bucket: Bucket; chance: PythonItem }[],
): [number, PythonItem][] {
  const videos = buckets.filter(({ bucket }) => bucket.frames > 1);
  if (model !== 'v1.1' || videos.length === 0 || videos.some(({ bucket }) => bucket.share > 0)) return [];
  const most = Math.max(...videos.map(({ bucket }) => bucket.frames));
  return [[most + 1, { tuple: [float(0), null] }]];
}

/** v2.0 can fix an aspect ratio in the name; in v1.x the data decides. */
function bucketName({ model, ae }: Target, { resolution, aspect }: Bucket): string {
  const version = modelVersion(model, ae);
  try {
    version.frameSize(resolution, aspect);
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(
        `a bucket of ${resolution} has no name in ${model}, so that no bucket_config can hold it; say its --resolution`,
      );
    throw error;
  }
  const known = aspect === version.defaultAspect(resolution);
  return model === 'v2.0' && !known ? `${resolution}_ar${aspect}` : resolution;
}

/** For each bucket its probability, or the pair that v1.2, v1.3 and v2.0 take. */
function bucketChances(target: Target): PythonItem[] {
  const { buckets } = target;
  const samples = buckets.map(({ share, batch }) => share * batch);
  const isImage = ({ frames }: Bucket) => frames === 1;
  const total = (kind: boolean) =>
    samples.reduce((sum, value, index) => sum + (isImage(buckets[index]!) === kind ? value : 0), 0);
  const most = Math.max(total(true), total(false));
  const chances: PythonItem[] = buckets.map(() => float(1));
  for (const kind of [true, false]) {
    let left = 1;
    for (const resolution of byArea(buckets)) {
      const here = buckets
        .map((bucket, index) => ({ bucket, index }))
        .filter(({ bucket }) => bucket.resolution === resolution && isImage(bucket) === kind)
        .toSorted((a, b) => b.bucket.frames - a.bucket.frames);
      for (const [place, { index }] of here.entries()) {
        const wanted = samples[index]! / most;
        const chance = left > 1e-9 ? Math.min(1, wanted / left) : 1;
        left = Math.max(0, left - wanted);
        // v1.1 tries the most frames alone.
        const untried = target.model === 'v1.1' && place > 0;
        chances[index] = untried
          ? float(1)
          : chanceOf(target, chance, { image: kind, last: place === here.length - 1 });
      }
    }
  }
  return chances;
}

/**
 * A bucket that no sample reaches stays on. Where samples must pass to fewer frames of the same resolution, the pair says
 * so: the second is the probability to try the bucket in v1.2 and v1.3, and to skip it in v2.0.
 */
function chanceOf(
  { model }: Target,
  chance: number,
  { image, last }: { image: boolean; last: boolean },
): PythonItem {
  // Probability 0 would turn a bucket off that is only not reached.
  if (model === 'v1.1' && !image) return float(chance > 0 ? chance : 1);
  if (image || chance > 1 - 1e-9) return float(chance);
  if (last && chance > 0) return float(chance);
  return { tuple: [float(1), float(model === 'v2.0' ? 1 - chance : chance)] };
}

function byArea(buckets: readonly Bucket[]): string[] {
  const area = new Map(buckets.map(({ resolution, height, width }) => [resolution, height * width]));
  return [...area.keys()].toSorted((a, b) => area.get(b)! - area.get(a)!);
}
