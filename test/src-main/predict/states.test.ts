import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { ModelId } from '../../../models/catalog/types.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import {
  fullEma,
  gatheredEma,
  stepTransient,
  trainingStates,
  wholeWeights,
} from '../../../src-main/predict/states.js';

// Expected values: /shared/facts/opensora.md §6, weights + gradients + master + Adam in GiB, and with v1.x's EMA.
const table: [ModelId, ranks: number, steady: number, withEma: number | null, digits: number][] = [
  ['v1.0', 1, 11.3, 14.2, 1],
  ['v1.0', 2, 6.4, 7.8, 1],
  ['v1.0', 4, 3.9, 4.6, 1],
  ['v1.0', 8, 2.65, 3.0, 2],
  ['v1.0', 16, 2.0, null, 1],
  ['v1.0', 64, 1.6, null, 1],
  ['v1.2', 1, 17.9, 22.4, 1],
  ['v1.2', 2, 10.1, 12.3, 1],
  ['v1.2', 4, 6.2, 7.3, 1],
  ['v1.2', 8, 4.2, 4.8, 1],
  ['v1.2', 16, 3.2, null, 1],
  ['v1.2', 64, 2.5, null, 1],
  ['v2.0', 1, 177.2, null, 1],
  ['v2.0', 2, 99.7, null, 1],
  ['v2.0', 4, 60.9, null, 1],
  ['v2.0', 8, 41.5, null, 1],
  ['v2.0', 16, 31.8, null, 1],
  ['v2.0', 64, 24.6, null, 1],
];

function targetOf(model: ModelId, gpuCount: number, more: Partial<TargetFlags> = {}): Target {
  const frames = model === 'v1.0' ? 16 : 1;
  const resolution = model === 'v2.0' ? '256px' : '256';
  return resolveTarget({ model, task: 'train', resolution, frames, gpuCount, ...more });
}

function gib(target: Target, ...ids: string[]): number {
  const parts = trainingStates(modelVersion(target.model), target);
  return parts.filter(({ id }) => ids.includes(id)).reduce((sum, { bytes }) => sum + bytes, 0) / 2 ** 30;
}

describe('model states under ZeRO-2', () => {
  const steadyIds = ['weights', 'gradients', 'master-weights', 'moments'];
  it.each(table)('%s over %i GPUs: %f GiB', (model, ranks, steady, withEma, digits) => {
    const target = targetOf(model, ranks);
    // The facts are rounded to the digit that they show, and twice in their own making.
    const near = 0.051 * 10 ** (1 - digits);
    expect(Math.abs(gib(target, ...steadyIds) - steady)).toBeLessThanOrEqual(near + 0.03);
    if (withEma !== null) {
      expect(Math.abs(gib(target, ...steadyIds, 'ema') - withEma)).toBeLessThanOrEqual(0.09);
    }
  });

  it('adds 5.5 GiB at the step for v2.0 over 8 GPUs', () => {
    const target = targetOf('v2.0', 8);
    expect(stepTransient(modelVersion('v2.0'), target).bytes / 2 ** 30).toBeCloseTo(5.5, 1);
  });

  it('keeps gradients whole under ZeRO-1', () => {
    expect(gib(targetOf('v2.0', 8, { plugin: 'zero1' }), 'gradients')).toBeCloseTo(22.15, 2);
    expect(gib(targetOf('v2.0', 8), 'gradients')).toBeCloseTo(22.15 / 8, 2);
  });

  it('shards over sequence ranks too', () => {
    expect(gib(targetOf('v2.0', 8, { sp: 4 }), 'moments')).toBe(gib(targetOf('v2.0', 8), 'moments'));
  });

  it('divides q, k, v, output and MLP among tensor ranks, and leaves modulation and embedders whole', () => {
    // Of 3072 × 3072: 12 in each of a double block's two streams and in a single block, and 7 biases of 3072.
    const divided = (2 * 19 + 38) * (12 * 3072 ** 2 + 7 * 3072);
    const { parameters } = modelVersion('v2.0');
    const onRank = parameters - divided * (7 / 8);
    expect(gib(targetOf('v2.0', 8, { tp: 8 }), 'weights')).toBeCloseTo((2 * onRank) / 2 ** 30, 6);
    // One data-parallel rank: nothing of it is sharded further.
    expect(gib(targetOf('v2.0', 8, { tp: 8 }), 'moments')).toBeCloseTo((8 * onRank) / 2 ** 30, 6);
    expect(onRank / parameters).toBeGreaterThan(1 / 3);
  });

  it('keeps EMA in the weights’ type where v2.0 is asked for it', () => {
    expect(gib(targetOf('v2.0', 8, { ema: 'on' }), 'ema')).toBeCloseTo(22.15 / 8, 2);
    expect(gib(targetOf('v2.0', 8), 'ema')).toBe(0);
    expect(gib(targetOf('v1.2', 8, { ema: 'off' }), 'ema')).toBe(0);
  });

  it('holds v1.x’s whole EMA at the start, beside weights and master weights', () => {
    const version = modelVersion('v1.2');
    const bytes = (id: string, target: Target) =>
      fullEma(version, target).find((part) => part.id === id)!.bytes;
    // The facts: 4.5 GiB for STDiT3, on every GPU.
    expect(bytes('ema-whole', targetOf('v1.2', 1)) / 2 ** 30).toBeCloseTo(4.5, 1);
    expect(bytes('ema-whole', targetOf('v1.2', 64))).toBe(bytes('ema-whole', targetOf('v1.2', 1)));
    expect(bytes('master-weights', targetOf('v1.2', 64))).toBe((4 * 1_201_595_936) / 64);
    expect(fullEma(version, targetOf('v1.2', 8, { ema: 'off' }))).toEqual([]);
    expect(fullEma(modelVersion('v2.0'), targetOf('v2.0', 8, { ema: 'on' }))).toEqual([]);
  });

  it('gathers v1.x’s EMA on the first rank to save it: all but its own shard', () => {
    const bytes = (target: Target) =>
      gatheredEma(modelVersion(target.model), target).map((part) => part.bytes);
    expect(bytes(targetOf('v1.2', 8))).toEqual([Math.round(4 * 1_207_643_936 * (7 / 8))]);
    expect(bytes(targetOf('v1.2', 1))).toEqual([]);
    expect(bytes(targetOf('v1.2', 8, { ema: 'off' }))).toEqual([]);
    expect(bytes(targetOf('v2.0', 8, { ema: 'on' }))).toEqual([]);
  });

  it('copies v2.0’s EMA on the GPU, before the encoders are there', () => {
    const target = targetOf('v2.0', 64, { ema: 'on' });
    const whole = (beside: number) =>
      wholeWeights(modelVersion('v2.0'), target, beside).reduce((sum, { bytes }) => sum + bytes, 0);
    const weights = 2 * 11_891_178_560;
    expect(whole(0)).toBe(2 * weights);
    // With 10 GiB of encoders that come later, the two of them together are what was there before.
    expect(whole(10 * 2 ** 30) + 10 * 2 ** 30).toBe(2 * weights);
  });

  it('loads all of v2.0 on every rank, tensor parallelism or not', () => {
    const whole = (target: Target) => wholeWeights(modelVersion(target.model), target, 0)[0]?.bytes;
    expect(whole(targetOf('v2.0', 8, { tp: 8 }))! / 2 ** 30).toBeCloseTo(22.15, 2);
    expect(whole(targetOf('v1.2', 8))).toBeUndefined();
  });
});
