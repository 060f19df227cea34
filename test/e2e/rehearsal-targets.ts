import type { NearTarget } from '../support/near-limit.js';

const cached = { cachedText: true, cachedVideo: true };
/** Each version at one of its smallest sizes. */
const v1dot1 = { model: 'v1.1', resolution: '144p' } as const;
const v1dot2 = { model: 'v1.2', resolution: '144p' } as const;
const v2dot0 = { model: 'v2.0', resolution: '256px' } as const;
const training = { task: 'train', ...cached } as const;

/**
 * Runs of different kinds, narrowed in width alone, so that each runs at its full depth on two cores within seconds:
 * long sequences with small weights and the other way round, and of each phase in which a run may have its peak one.
 */
export const nearTargets: NearTarget[] = [
  {
    name: 'v1.2, all activations kept',
    heads: 3,
    flags: { ...v1dot2, ...training, frames: 17, checkpointing: 'none' },
    ...{ phase: 'backward', verdict: 'go', away: 0.01 },
  },
  {
    name: 'v1.2, all activations kept, less memory',
    heads: 3,
    flags: { ...v1dot2, ...training, frames: 17, checkpointing: 'none' },
    ...{ phase: 'backward', verdict: 'no-go', away: 0.01 },
  },
  {
    name: 'v1.2, long sequence, small weights, checkpointed',
    heads: 1,
    flags: { ...v1dot2, ...training, resolution: '480p', frames: 1, checkpointing: 'full' },
    ...{ phase: 'backward', verdict: 'go', away: 0.09 },
  },
  {
    name: 'v1.2, large weights, one image',
    heads: 4,
    flags: { ...v1dot2, ...training, frames: 1, checkpointing: 'full' },
    ...{ phase: 'step', verdict: 'no-go', away: 0.02 },
  },
  {
    name: 'v1.2, ZeRO-2 over 8 GPUs, sequence over 2',
    heads: 4,
    flags: { ...v1dot2, ...training, frames: 17, batch: 4, checkpointing: 'none', gpuCount: 8, sp: 2 },
    ...{ phase: 'backward', verdict: 'no-go', away: 0.08 },
  },
  {
    name: 'v1.2, ZeRO-2 over 8 GPUs, EMA gathered to save it',
    heads: 4,
    flags: { ...v1dot2, ...training, frames: 1, gpuCount: 8 },
    ...{ phase: 'save', verdict: 'go', away: 0.02 },
  },
  {
    name: 'v1.2 inference, the VAE decodes',
    heads: 2,
    flags: { ...v1dot2, task: 'infer', frames: 51 },
    ...{ phase: 'decode', verdict: 'no-go', away: 0.05 },
  },
  {
    name: 'v1.1, ZeRO-2 over 2 GPUs, nothing cached',
    heads: 4,
    flags: { ...v1dot1, task: 'train', frames: 4, checkpointing: 'none', gpuCount: 2 },
    ...{ phase: 'backward', verdict: 'inconclusive', away: 0 },
  },
  {
    name: 'v1.1, the VAE encodes',
    heads: 2,
    flags: { ...v1dot1, task: 'train', resolution: '256', frames: 4, ema: 'off' },
    ...{ phase: 'encode', verdict: 'go', away: 0.05 },
  },
  {
    name: 'v1.1 inference, the VAE decodes',
    heads: 2,
    flags: { ...v1dot1, task: 'infer', frames: 16 },
    ...{ phase: 'decode', verdict: 'go', away: 0.01 },
  },
  {
    name: 'v2.0, ZeRO-1 over 2 GPUs',
    heads: 2,
    flags: { ...v2dot0, ...training, frames: 1, gpuCount: 2, plugin: 'zero1' },
    ...{ phase: 'backward', verdict: 'go', away: 0.01 },
  },
  {
    name: 'v2.0, ZeRO-2 over 8 GPUs, two samples',
    heads: 2,
    flags: { ...v2dot0, ...training, frames: 1, batch: 2, gpuCount: 8 },
    ...{ phase: 'backward', verdict: 'no-go', away: 0.01 },
  },
  {
    name: 'v2.0, blocks shared by 2 GPUs',
    heads: 2,
    flags: { ...v2dot0, ...training, frames: 5, gpuCount: 2, tp: 2, checkpointing: 'none' },
    ...{ phase: 'backward', verdict: 'go', away: 0.04 },
  },
  {
    name: 'v2.0 inference, blocks shared by 2 GPUs, the whole model while it loads',
    heads: 4,
    flags: { ...v2dot0, task: 'infer', frames: 1, gpuCount: 2, tp: 2 },
    ...{ phase: 'load', verdict: 'no-go', away: 0.03 },
  },
  {
    name: 'v2.0, sequence over 2 GPUs',
    heads: 2,
    flags: { ...v2dot0, ...training, frames: 17, gpuCount: 2, sp: 2, checkpointing: 'none' },
    ...{ phase: 'backward', verdict: 'inconclusive', away: 0 },
  },
];
