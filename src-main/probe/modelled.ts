import { analyseBlock, blockTokens } from '../../models/blocks/analyse.js';
import type { BlockAnalysis, BlockShape } from '../../models/blocks/types.js';
import { unavailable } from '../contract/evidence.js';
import type { Point, Probe, ProbeMemory } from '../contract/probe.js';

/** A point for a shape. */
export function pointOf(shape: BlockShape, resolution: string, frames: number): Point {
  return { ...shape, resolution, frames, tokens: blockTokens(shape) };
}

/** What the graph says of a probe's memory, before anything is measured. */
export function memoryOf(analysis: BlockAnalysis, reason: string): ProbeMemory {
  return {
    liveBytes: analysis.liveBytes,
    inUseBytes: unavailable(reason),
    heldBytes: unavailable(reason),
    deviceBytes: unavailable(reason),
    gpuUsedBytes: unavailable(reason),
    savedForBackwardBytes: analysis.savedForBackwardBytes,
    sharedSavedBytes: analysis.sharedSavedBytes,
    attentionScratchBytes: analysis.attentionScratchBytes,
    parameterBytes: analysis.parameterBytes,
    optimizerStateBytes: analysis.optimizerStateBytes,
  };
}

/**
 * Answers a point from its graph alone, for any type and shape, running nothing.
 *
 * @param cause why it was not measured; empty where nobody wanted it measured
 */
export function modelledProbe(point: Point, cause: string): Probe {
  const start = performance.now();
  const analysis = analyseBlock(point);
  const reason = cause || 'answered from the graph alone';
  return {
    point,
    provider: 'none',
    status: 'ok',
    cause,
    evidence: 'modelled',
    memory: memoryOf(analysis, reason),
    time: unavailable(reason),
    conditions: unavailable(reason),
    tokensPerSecond: unavailable(reason),
    tflops: unavailable(reason),
    flops: analysis.flops,
    parameters: analysis.parameters,
    nodesOffProvider: [],
    wallSeconds: (performance.now() - start) / 1000,
    phases: {},
  };
}

/** A point that the device is known not to run, without a process being started for it. */
export function notSupported(point: Point, provider: string, cause: string): Probe {
  const none = unavailable(cause);
  const rest = { memory: none, time: none, tokensPerSecond: none, tflops: none };
  return { ...modelledProbe(point, cause), ...rest, provider, status: 'not-supported', evidence: 'measured' };
}
