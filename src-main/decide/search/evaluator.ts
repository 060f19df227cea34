import { modelVersion } from '../../../models/catalog/index.js';
import { known } from '../../contract/evidence.js';
import type { Lesson } from '../../contract/lesson.js';
import type { Probe } from '../../contract/probe.js';
import type { Target } from '../../contract/target.js';
import type { Analyse } from '../../predict/analyser.js';
import { knownGpu } from '../../predict/gpus.js';
import { hostMemory } from '../../predict/host.js';
import { predictMemory } from '../../predict/memory.js';
import { hasFlashAttention } from '../../predict/predict.js';
import { gpusOfNode } from '../../predict/ranks.js';
import { predictTime, type Speed } from '../../predict/time.js';
import { samplesPerStep } from '../settings.js';

/** What settings must keep to, and what they are judged by. */
export interface Evaluator {
  /** Whether the interval's top, and the host memory of a node's ranks, stay within their limits. */
  fits(target: Target): boolean;
  /** Top of the interval of the peak, in bytes. */
  topBytes(target: Target): number;
  /** For comparing settings with each other alone: where the speed is not known, it is another GPU's. */
  secondsPerSample(target: Target): number;
}

export interface Limits {
  /** Free memory less the reserve, in bytes. */
  gpuBytes: number;
  /** Free host memory of a node, in bytes; Infinity where it is not known. */
  hostBytes: number;
  /** Whether probes of these settings failed, on the device that is judged. */
  failed: (target: Target) => boolean;
}

/** Its ratios of compute, memory and links order settings where no GPU is known. */
const standIn = 'A100-80GB';

export function evaluator(
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
  limits: Limits,
  lessons: readonly Lesson[] = [],
): Evaluator {
  const flash = hasFlashAttention(speed);
  const topBytes = (target: Target) =>
    predictMemory(modelVersion(target.model, target.ae), target, probes, analyse, flash, lessons).range[1];
  return {
    topBytes,
    fits: (target) =>
      topBytes(target) <= limits.gpuBytes &&
      !limits.failed(target) &&
      hostBytes(target, limits) <= limits.hostBytes,
    secondsPerSample: (target) =>
      secondsPerStep(taken(target), probes, analyse, speed, lessons) / samplesPerStep(target),
  };
}

/** Of all ranks of a node; not asked for where nothing limits it. */
function hostBytes(target: Target, limits: Limits): number {
  if (limits.hostBytes === Number.POSITIVE_INFINITY) return 0;
  return hostMemory(modelVersion(target.model, target.ae), target).range[1] * gpusOfNode(target);
}

/** Without the buckets that no step takes. */
function taken(target: Target): Target {
  const buckets = target.buckets.filter(({ share }) => share > 0);
  return buckets.length === 0 ? target : { ...target, buckets };
}

function secondsPerStep(
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
  lessons: readonly Lesson[],
): number {
  const version = modelVersion(target.model, target.ae);
  const own = known(predictTime(version, target, probes, analyse, speed, lessons).secondsPerStep);
  if (own !== undefined) return own;
  const other: Speed = { of: 'gpu', gpu: knownGpu(standIn)! };
  return known(predictTime(version, target, [], analyse, other).secondsPerStep)!;
}
