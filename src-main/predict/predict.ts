import { modelVersion } from '../../models/catalog/index.js';
import { known, type Reading, unavailable } from '../contract/evidence.js';
import type { Probe } from '../contract/probe.js';
import type { Prediction } from '../contract/report.js';
import type { Target } from '../contract/target.js';
import type { Analyse } from './analyser.js';
import { predictMemory } from './memory.js';
import { notCovered } from './not-covered.js';
import { predictTime, type Speed } from './time.js';

export interface PredictionResult {
  prediction: Prediction;
  /** What the prediction leaves out; for the report's `notTested`. */
  notCovered: string[];
}

/**
 * Peak bytes of each GPU and seconds of each step of the whole run, from the target, what was measured (which may be
 * nothing) and what the graphs say.
 */
export function predict(
  target: Target,
  probes: readonly Probe[],
  analyse: Analyse,
  speed: Speed,
): PredictionResult {
  const version = modelVersion(target.model);
  const memory = predictMemory(version, target, probes, analyse);
  const time = predictTime(version, target, probes, analyse, speed);
  return {
    prediction: {
      peakBytesPerGpu: memory.peakBytes,
      parts: memory.parts.map(({ id, name, bytes, evidence, note }) => ({ id, name, bytes, evidence, note })),
      secondsPerStep: time.secondsPerStep,
      secondsPerStepEvidence: time.evidence,
      secondsTotal: totalOf(target, time.secondsPerStep),
      interval: { peakBytes: memory.range, secondsPerStep: time.range },
    },
    notCovered: notCovered(version, target),
  };
}

/** Denoising steps of one video batch, or the optimiser steps asked for. */
function totalOf(target: Target, secondsPerStep: Reading<number>): Reading<number> {
  const seconds = known(secondsPerStep);
  if (seconds === undefined) return secondsPerStep;
  const steps = target.task === 'infer' ? target.samplingSteps : target.steps;
  if (steps === null) return unavailable('the length of the run was not given (--steps)');
  return seconds * steps;
}
