import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../../src-main/contract/target.js';
import { checkpointingName } from '../../../src-main/predict/resolve-checkpointing.js';
import type { Field } from './offered.js';

/** What a target has where the form says nothing, as its fields show it. */
export function defaultsOf(target: Target): Partial<Record<Field, string | boolean>> {
  const [bucket] = target.buckets;
  return {
    ae: target.ae ?? '',
    aspect: bucket!.aspect,
    dtype: target.dtype,
    checkpointing: checkpointingName(modelVersion(target.model, target.ae), target.checkpointedBlocks),
    plugin: target.plugin,
    sp: String(target.sequenceParallel),
    tp: String(target.tensorParallel),
    nodes: String(target.nodes),
    gpuCount: String(target.gpuCount),
    batch: String(bucket!.batch),
    effectiveBatch: String(target.effectiveBatch),
    ema: target.ema,
    samplingSteps: String(target.samplingSteps),
  };
}
