import type { ModelVersion } from '../../../models/catalog/types.js';
import { pairAt, textAt, valueAt, wholeAt, wrong } from './config-fields.js';
import type { FileBucket } from './file-run.js';
import type { PythonDict } from './python-value.js';
import { sizedBucket } from './sized-bucket.js';

/** Aliases of frame counts: v1.2:opensora/datasets/aspect.py NUM_FRAMES_MAP. */
const frameAliases: Record<string, number> = {
  '1x': 51,
  '2x': 102,
  '4x': 204,
  '8x': 408,
  '16x': 816,
  '2s': 51,
  '4s': 102,
  '8s': 204,
  '16s': 408,
  '32s': 816,
};

/**
 * The one size of a training without `bucket_config`: at the top (v1.0) or in `dataset`. What is missing, as where
 * precomputed features say it, flags must say.
 */
export function shapeOfTraining(config: PythonDict, file: string, version: ModelVersion): FileBucket {
  const size = pairAt(config, 'image_size', 1) ?? pairAt(config, 'dataset.image_size', 1);
  const frames = wholeAt(config, 'num_frames', 1) ?? wholeAt(config, 'dataset.num_frames', 1);
  return shape(version, file, size, frames, wholeAt(config, 'batch_size', 1));
}

/** `image_size` in pixels, or a resolution and an aspect ratio, which v1.x writes height to width. */
export function shapeOfInference(
  config: PythonDict,
  file: string,
  version: ModelVersion,
  size: [number, number] | undefined,
): FileBucket {
  const batch = wholeAt(config, 'batch_size', 1);
  const frames = framesOf(config);
  if (size !== undefined) return shape(version, file, size, frames, batch);
  const resolution = textAt(config, 'resolution');
  const aspect = textAt(config, 'aspect_ratio');
  return {
    flags: {
      ...(resolution !== undefined && { resolution }),
      ...(aspect !== undefined && { aspect: aspect.split(':').reverse().join(':') }),
      ...(frames !== undefined && { frames }),
      ...(batch !== undefined && { batch }),
    },
    share: 1,
    place: file,
  };
}

function shape(
  version: ModelVersion,
  file: string,
  size: [number, number] | undefined,
  frames: number | undefined,
  batch: number | undefined,
): FileBucket {
  if (size !== undefined && frames !== undefined)
    return sizedBucket(version, { height: size[0], width: size[1] }, frames, batch, file);
  return {
    flags: { ...(frames !== undefined && { frames }), ...(batch !== undefined && { batch }) },
    share: 1,
    place: file,
  };
}

/** A count, or an alias such as `4s`. @throws UsageError */
function framesOf(config: PythonDict): number | undefined {
  const value = valueAt(config, 'num_frames');
  if (typeof value !== 'string') return wholeAt(config, 'num_frames', 1);
  if (Object.hasOwn(frameAliases, value)) return frameAliases[value];
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw wrong(config, 'num_frames', `a whole number or one of ${Object.keys(frameAliases).join(', ')}`);
}
