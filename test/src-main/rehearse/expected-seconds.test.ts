import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Probe } from '../../../src-main/contract/probe.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import type { Speed } from '../../../src-main/predict/time.js';
import { expectedSeconds } from '../../../src-main/rehearse/expected-seconds.js';
import { linearAnalysis, probeOf } from '../predict/linear-analysis.js';

const v12 = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 } as const;
const here: Speed = { of: 'measured-device', gpu: undefined };

/** What the sweep measures of each kind: the target's own shape, and a small one with and without AdamW. */
const probes: Probe[] = (['spatial', 'temporal'] as const).flatMap((block) => [
  probeOf({ block }, { seconds: 0.4 }),
  probeOf({ block, batch: 1 }, { seconds: 0.1 }),
  probeOf({ block, batch: 1, optimizer: true }, { seconds: 0.13 }),
]);

function secondsOf(more: Partial<TargetFlags> = {}, measured = probes, speed = here) {
  const target = resolveTarget({ ...v12, ...more });
  const version = modelVersion(target.model, target.ae);
  return expectedSeconds(version, target, target.buckets[0]!, measured, linearAnalysis, speed);
}

describe('the seconds that a rehearsed step should take', () => {
  it("are the blocks', and AdamW's as the sweep timed it", () => {
    expect(secondsOf({ checkpointing: 'none' })).toBeCloseTo(56 * (0.4 + 0.03), 6);
  });

  it('are more where blocks are recomputed', () => {
    expect(secondsOf({ checkpointing: 'full' })).toBeGreaterThan(56 * (0.4 + 0.03));
  });

  it("are of this GPU's share of AdamW", () => {
    expect(secondsOf({ checkpointing: 'none', gpuCount: 4 })).toBeCloseTo(56 * (0.4 + 0.03 / 4), 6);
  });

  it('are of one micro-step, where the run has several', () => {
    const v13 = (['spatial', 'temporal'] as const).flatMap((block) =>
      [false, true].map((optimizer) =>
        probeOf(
          {
            model: 'v1.3',
            block,
            resolution: '360p',
            frames: 49,
            batch: 1,
            latentFrames: 13,
            rows: 22,
            columns: 40,
            optimizer,
          },
          { seconds: optimizer ? 0.5 : 0.4 },
        ),
      ),
    );
    const flags = { model: 'v1.3', resolution: '360p', frames: 49, batch: 1, checkpointing: 'none' } as const;
    expect(secondsOf({ ...flags, effectiveBatch: 8 }, v13)).toEqual(secondsOf(flags, v13));
  });

  it("are the denoiser's in inference", () => {
    const timed = (['spatial', 'temporal'] as const).map((block) =>
      probeOf({ block, task: 'infer', batch: 2 }, { seconds: 0.2 }),
    );
    expect(secondsOf({ task: 'infer', batch: 1 }, timed)).toBeCloseTo(56 * 0.2, 6);
  });

  it.each<[string, Partial<TargetFlags>, Probe[], Speed, RegExp]>([
    ['of a machine that nothing was timed on', {}, probes, { of: 'unknown', reason: 'no GPU' }, /^no GPU$/],
    ['of another GPU', {}, probes, { of: 'gpu', gpu: findGpu('H100')! }, /H100/],
    [
      'where a block was not timed',
      {},
      probes.filter(({ point }) => point.block === 'spatial'),
      here,
      /no probe of the temporal/,
    ],
    ['where AdamW was not timed', {}, probes.filter(({ point }) => !point.optimizer), here, /AdamW/],
    ['with sequence groups', { resolution: '480p', sp: 2, gpuCount: 2 }, probes, here, /whole sequence/],
    ['with a LoRA', { model: 'v2.0', resolution: '256px', frames: 17, loraRank: 8 }, probes, here, /LoRA/],
    [
      'with offloading',
      { model: 'v2.0', resolution: '256px', frames: 17, offload: true },
      probes,
      here,
      /host memory/,
    ],
  ])('are not known, and say why: %s', (_, flags, measured, speed, reason) => {
    expect(secondsOf(flags, measured, speed)).toEqual({ unavailable: expect.stringMatching(reason) });
  });
});
