import type { ModelVersion } from '../../models/catalog/types.js';
import type { Probe } from '../contract/probe.js';
import type { PhaseId } from '../contract/report.js';
import type { Bucket, Target } from '../contract/target.js';
import { inferenceActivations, trainingActivations } from './activations.js';
import type { Analyse } from './analyser.js';
import { type RangedPart, sumOf } from './parts.js';
import { contextPart, residentComponents } from './residents.js';
import {
  fullEma,
  gatheredEma,
  inferenceStates,
  stepTransient,
  trainingStates,
  wholeWeights,
} from './states.js';
import { textEmbeddings, textParts } from './text-encoding.js';
import { allocatorCache, decodeParts, encodeParts } from './vae-parts.js';

export type PhaseName = PhaseId;

/** A time of the run with its own high point, and what is held then. */
export interface Phase {
  name: PhaseName;
  parts: RangedPart[];
}

/**
 * The phases of one bucket's steps, with loading. What a phase frees before the next is in no sum twice.
 *
 * The first step has a phase of its own because AdamW's moments come with its `step()` (facts §6): its backward has
 * them not yet, so that a run that gets through it may still run out of memory in the second.
 */
export function phasesOf(
  version: ModelVersion,
  target: Target,
  bucket: Bucket,
  probes: readonly Probe[],
  analyse: Analyse,
  flashAttention = true,
): Phase[] {
  const components = residentComponents(version, target);
  const beside = [...components, contextPart(target)];
  const whole = wholeWeights(version, target, sumOf(components).bytes);
  const encodingText = textParts(version, target, bucket);
  if (target.task === 'infer') {
    const weights = inferenceStates(version, target);
    const denoising = inferenceActivations(version, target, bucket, probes, analyse, flashAttention);
    const decoding = decodeParts(version, target, bucket);
    return [
      ...phaseOf('load', whole, beside),
      ...phaseOf('text', encodingText, [...weights, ...beside]),
      { name: 'denoise', parts: [...weights, ...denoising, ...beside] },
      {
        name: 'decode',
        parts: [...weights, ...decoding, ...allocatorCache(version, sumOf(denoising)), ...beside],
      },
    ];
  }
  const states = trainingStates(version, target);
  const activations = [
    ...trainingActivations(version, target, bucket, probes, analyse, flashAttention),
    textEmbeddings(version, target, bucket),
  ];
  const encoding = target.cachedVideo ? [] : encodeParts(version, target, bucket);
  const beforeMoments = states.filter(({ id }) => id !== 'moments');
  return [
    ...phaseOf('load', [...whole, ...fullEma(version, target)], beside),
    ...phaseOf('encode', encoding, [...states, ...beside]),
    ...phaseOf('text', encodingText, [...states, ...beside]),
    { name: 'first-step', parts: [...beforeMoments, ...activations, ...beside] },
    { name: 'backward', parts: [...states, ...activations, ...beside] },
    { name: 'step', parts: [...states, stepTransient(version, target), ...beside] },
    ...phaseOf('save', gatheredEma(version, target), [...states, ...beside]),
  ];
}

/** A phase of its own parts beside what is held anyway; none where it has no parts of its own. */
function phaseOf(name: PhaseName, own: RangedPart[], beside: RangedPart[]): Phase[] {
  return own.length === 0 ? [] : [{ name, parts: [...own, ...beside] }];
}
