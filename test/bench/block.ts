import type { BlockShape } from '../../models/blocks/types.js';
import type { Probe } from '../../src-main/contract/probe.js';
import { fullTiming } from '../../src-main/probe/budget.js';
import { runProbe } from '../../src-main/probe/host.js';
import { pointOf } from '../../src-main/probe/modelled.js';

/** STDiT3's spatial block at 144p and 51 frames: 2,160 tokens, forward and backward, fp32. */
export const spatial: BlockShape = {
  model: 'v1.2',
  block: 'spatial',
  task: 'train',
  dtype: 'fp32',
  batch: 1,
  latentFrames: 15,
  rows: 9,
  columns: 16,
  depth: 1,
  checkpoint: false,
  optimizer: false,
};

/** One probe of it on the CPU. @throws Error where it does not end well */
export async function probeSpatial(): Promise<Probe> {
  const point = pointOf(spatial, '144p', 51);
  const probe = await runProbe(point, { provider: 'cpu', timing: fullTiming, deadlineSeconds: 300 });
  if (probe.status !== 'ok') throw new Error(`the probe ended as ${probe.status}: ${probe.cause}`);
  return probe;
}

/** Samples of a probe in seconds. */
export function samplesOf({ time }: Probe): number[] {
  if ('unavailable' in time) throw new Error(time.unavailable);
  return time.samples;
}
