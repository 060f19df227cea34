import { modelVersion } from '../../../models/catalog/index.js';
import type { Bucket, Target } from '../../contract/target.js';
import { UsageError } from '../../contract/usage-error.js';
import type { ConfigDraft } from './config-draft.js';
import type { PythonItem } from './python-text.js';

/**
 * An inference config of v2.0 on top of the nearest published one: main:configs/diffusion/inference.
 * @throws UsageError for a size that v2.0 has no name for
 */
export function v2Inference(target: Target): ConfigDraft {
  const bucket = target.buckets[0]!;
  const isDcAe = target.ae === 'dc-ae';
  const [sp, tp] = [target.sequenceParallel, target.tensorParallel];
  const values: Record<string, PythonItem> = {
    _base_: [isDcAe ? 'high_compression.py' : '256px.py'],
    // The published config makes an image with a second model first; this one makes the video from text.
    ...(isDcAe && { use_t2i2v: false, img_flux: null, img_flux_ae: null }),
    sampling_option: { dict: { ...sizeOf(target, bucket), num_steps: target.samplingSteps } },
    ae: { dict: { use_spatial_tiling: true, use_temporal_tiling: target.vaeTiling } },
    dtype: target.dtype,
    batch_size: bucket.batch,
    ...(sp * tp > 1 && groups(sp, tp, isDcAe)),
    ...(target.offload && { offload_model: true }),
  };
  const notes =
    sp > 1 && tp > 1
      ? [`Upstream's inference takes sequence or tensor groups, not both: tp ${tp} is left out.`]
      : [];
  if (target.buckets.length > 1) notes.push('An inference has one size: this is the first of the buckets.');
  return { values, notes, beside: { sp, tp }, folder: 'configs/diffusion/inference' };
}

function sizeOf({ model, ae }: Target, { resolution, aspect, frames }: Bucket): Record<string, PythonItem> {
  try {
    modelVersion(model, ae).frameSize(resolution, aspect, 'infer');
  } catch (error) {
    if (error instanceof RangeError)
      throw new UsageError(`a video of ${resolution} has no name in v2.0; say its --resolution`);
    throw error;
  }
  return { resolution, aspect_ratio: aspect, num_frames: frames };
}

/** main:configs/diffusion/inference/plugins: sp.py and tp.py, whose autoencoder is in tensor groups both times. */
function groups(sp: number, tp: number, replacing: boolean): Record<string, PythonItem> {
  // Where the base has None, a dict must replace it; where it has nothing, mmengine would keep the mark as a key.
  const common = {
    ...(replacing && { _delete_: true }),
    pp_size: 1,
    zero_stage: 2,
    overlap_allgather: false,
  };
  const sequence = {
    sequence_parallelism_mode: 'ring_attn',
    enable_sequence_parallelism: true,
    static_graph: true,
  };
  return {
    plugin: 'hybrid',
    plugin_config: { dict: { ...common, tp_size: sp > 1 ? 1 : tp, sp_size: sp, ...(sp > 1 && sequence) } },
    plugin_ae: 'hybrid',
    plugin_config_ae: { dict: { ...common, tp_size: sp > 1 ? sp : tp, sp_size: 1 } },
  };
}
