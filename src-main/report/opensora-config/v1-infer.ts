import { modelVersion } from '../../../models/catalog/index.js';
import type { Bucket, Target } from '../../contract/target.js';
import type { ConfigDraft } from './config-draft.js';
import { float, type PythonItem } from './python-text.js';
import { autoencoderV1, modelV1, textEncoderV1 } from './v1-parts.js';

/**
 * A whole inference config of v1.0 to v1.3, with the keys of v1.0:configs/opensora/inference, v1.1:configs/opensora-v1-1/
 * inference/sample.py, v1.2:configs/opensora-v1-2/inference/sample.py and v1.3:configs/opensora-v1-3/inference/t2v.py.
 */
export function v1Inference(target: Target): ConfigDraft {
  const bucket = target.buckets[0]!;
  const notes: string[] = [];
  const early = target.model === 'v1.0' || target.model === 'v1.1';
  if (target.buckets.length > 1) notes.push('An inference has one size: this is the first of the buckets.');
  const values: Record<string, PythonItem> = {
    num_frames: bucket.frames,
    fps: 24,
    ...(target.model !== 'v1.0' && { frame_interval: target.model === 'v1.1' ? 3 : 1 }),
    ...(early ? imageSize(bucket) : namedSize(target, bucket)),
    ...(target.model !== 'v1.0' && { multi_resolution: 'STDiT2' }),
    model: modelV1(target),
    vae: autoencoderV1(target),
    text_encoder: textEncoderV1(target),
    scheduler: {
      dict: {
        type: early ? 'iddpm' : 'rflow',
        ...(!early && { use_timestep_transform: true }),
        num_sampling_steps: target.samplingSteps,
        cfg_scale: float(7),
        ...(target.model === 'v1.1' && { cfg_channel: 3 }),
      },
    },
    dtype: target.dtype,
    batch_size: bucket.batch,
    seed: 42,
    ...(early && { prompt_path: './assets/texts/t2v_samples.txt' }),
    save_dir: './samples/samples/',
    ...(target.model === 'v1.2' && { condition_frame_length: 5, align: 5, aes: float(6.5), flow: null }),
  };
  const beside: ConfigDraft['beside'] = { sp: target.sequenceParallel };
  if (target.vaeTiling && target.model === 'v1.3') beside.vaeTiling = true;
  return { values, notes, beside };
}

function imageSize({ height, width }: Bucket): Record<string, PythonItem> {
  return { image_size: { tuple: [height, width] } };
}

/** By name where the version has one; upstream writes the ratio height to width. */
function namedSize({ model }: Target, bucket: Bucket): Record<string, PythonItem> {
  try {
    modelVersion(model).frameSize(bucket.resolution, bucket.aspect);
  } catch {
    return imageSize(bucket);
  }
  return { resolution: bucket.resolution, aspect_ratio: bucket.aspect.split(':').reverse().join(':') };
}
