import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { recommendationSchema } from '../../../src-main/contract/report.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { decide } from '../../../src-main/decide/verdict.js';
import { remembered } from '../../../src-main/predict/analyser.js';
import { gpuCatalogue } from '../../../src-main/predict/gpus.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { judged, machine } from './decide-input.js';

const analyse = remembered(analyseBlock);

/** Runs small enough that a graph is made once and asked for again and again. */
const runs = fc.record({
  model: fc.constantFrom('v1.0', 'v1.1', 'v1.2', 'v1.3', 'v2.0'),
  task: fc.constantFrom('train', 'train', 'infer'),
  batch: fc.integer({ min: 1, max: 6 }),
  gpuCount: fc.constantFrom(1, 2, 8),
  checkpointing: fc.constantFrom('none', 'full', undefined),
  accumulation: fc.constantFrom(1, 1, 3),
  dtype: fc.constantFrom('bf16', 'fp16', undefined),
});
type Run = Parameters<Parameters<typeof runs.map>[0]>[0];

function flagsOf({ model, task, batch, gpuCount, checkpointing, accumulation, dtype }: Run): TargetFlags {
  const isV2 = model === 'v2.0';
  const accumulates = (isV2 || model === 'v1.3') && task === 'train';
  return {
    model,
    task,
    resolution: isV2 ? '256px' : '240p',
    frames: 17,
    batch,
    gpuCount,
    dtype,
    checkpointing: task === 'train' ? checkpointing : undefined,
    effectiveBatch: accumulates ? batch * gpuCount * accumulation : undefined,
  };
}

function decided(target: Target, gpu: (typeof gpuCatalogue)[number], gib: number) {
  const speed = { of: 'gpu', gpu } as const;
  return decide({
    target,
    ...predict(target, [], analyse, speed),
    probes: [],
    machine: machine([]),
    deviceUsed: 'none',
    gpuIndexes: null,
    judgedGpu: judged(gpu.name, gib),
    complete: true,
    analyse,
    speed,
  });
}

const gpus = fc.constantFrom(
  ...gpuCatalogue.filter(({ name }) => ['H100', 'A100-40GB', 'V100-32GB'].includes(name)),
);
const freeGiB = fc.double({ min: 0.5, max: 320, noNaN: true });

describe('over runs, cards and memories', () => {
  it('more memory never turns go into anything worse, nor go with changes into less', () => {
    fc.assert(
      fc.property(runs, gpus, freeGiB, freeGiB, (run, gpu, a, b) => {
        const target = resolveTarget(flagsOf(run));
        const at = (gib: number) => decided(target, gpu, gib).verdict.status;
        const [less, more] = [at(Math.min(a, b)), at(Math.max(a, b))];
        if (less === 'go') expect(more).toBe('go');
        if (less === 'go-with-changes') expect(['go', 'go-with-changes']).toContain(more);
        expect([less, more]).not.toEqual(['inconclusive', 'no-go']);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('what is recommended is taken by the command line, and goes when it is planned', () => {
    fc.assert(
      fc.property(runs, gpus, freeGiB, (run, gpu, gib) => {
        const flags = flagsOf(run);
        const { verdict, recommendation } = decided(resolveTarget(flags), gpu, gib);
        if ('unavailable' in recommendation) {
          expect(verdict.status).not.toMatch(/^go/);
          return;
        }
        expect(recommendationSchema.parse(recommendation)).toEqual(recommendation);
        const { accumulation, ...settings } = recommendation.settings;
        const again = resolveTarget({ ...flags, ...settings });
        if (run.task === 'train') expect(again.accumulation).toBe(accumulation);
        if (verdict.status === 'go' || verdict.status === 'go-with-changes')
          expect(decided(again, gpu, gib).verdict.status).toBe('go');
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('the effective batch stays where features in advance or other settings can do', () => {
    fc.assert(
      fc.property(runs, freeGiB, (run, gib) => {
        const target = resolveTarget(flagsOf({ ...run, task: 'train' }));
        const gpu = gpuCatalogue.find(({ name }) => name === 'H100')!;
        const { recommendation } = decided(target, gpu, gib);
        if ('unavailable' in recommendation) return;
        const { effectiveBatch } = recommendation.settings;
        if (run.model === 'v1.3' || run.model === 'v2.0') expect(effectiveBatch).toBe(target.effectiveBatch);
        else expect(effectiveBatch).toBeLessThanOrEqual(target.effectiveBatch);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
