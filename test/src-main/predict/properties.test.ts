import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { modelVersion, modelVersions } from '../../../models/catalog/index.js';
import { predictionSchema } from '../../../src-main/contract/report.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { type Analyse, remembered } from '../../../src-main/predict/analyser.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { predictMemory } from '../../../src-main/predict/memory.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { linearAnalysis } from './linear-analysis.js';

/** Where the property is about what the graph says; the rest take an answer that costs nothing. */
const fromGraph = remembered(analyseBlock);

/** Choices that each version takes or leaves; what it cannot do is left out by `flagsOf`. */
const choices = fc.record({
  model: fc.constantFrom(...modelVersions.map(({ id }) => id)),
  dcAe: fc.boolean(),
  task: fc.constantFrom('train' as const, 'infer' as const),
  resolution: fc.nat(),
  frames: fc.integer({ min: 0, max: 6 }),
  batch: fc.integer({ min: 1, max: 12 }),
  groups: fc.integer({ min: 1, max: 32 }),
  sp: fc.constantFrom(1, 2, 4, 8),
  tp: fc.constantFrom(1, 2, 4, 8),
  plugin: fc.constantFrom('zero1', 'zero2', 'hybrid'),
  dtype: fc.constantFrom('bf16', 'fp16', 'fp32'),
  checkpointing: fc.constantFrom(undefined, 'none', 'full'),
  offload: fc.boolean(),
  loraRank: fc.option(fc.integer({ min: 1, max: 256 }), { nil: undefined }),
  cachedText: fc.boolean(),
  cachedVideo: fc.boolean(),
  vaeTiling: fc.boolean(),
  ema: fc.boolean(),
});
type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

function flagsOf(chosen: Choices): TargetFlags {
  const { model, task } = chosen;
  const v2 = model === 'v2.0';
  const training = task === 'train';
  const version = modelVersion(model, v2 && chosen.dcAe ? 'dc-ae' : null);
  const lora = training && (v2 || model === 'v1.3') ? chosen.loraRank : undefined;
  const sp = model === 'v1.1' ? 1 : chosen.sp;
  const tp = v2 && lora === undefined ? chosen.tp : 1;
  const named = model === 'v1.3' && chosen.plugin === 'zero1' ? 'zero1' : 'zero2';
  return {
    model,
    task,
    resolution: version.resolutions[chosen.resolution % version.resolutions.length]!,
    frames: chosen.frames === 0 ? 1 : 16 * chosen.frames + (v2 && chosen.dcAe ? 0 : 1),
    batch: chosen.batch,
    gpuCount: chosen.groups * sp * tp,
    dtype: chosen.dtype,
    sp,
    tp,
    plugin: v2 ? (sp * tp > 1 ? 'hybrid' : chosen.plugin) : named,
    vaeTiling: chosen.vaeTiling,
    ...(v2 ? { ae: chosen.dcAe ? 'dc-ae' : 'hunyuan' } : {}),
    ...(training
      ? {
          checkpointing: chosen.checkpointing,
          cachedText: chosen.cachedText,
          cachedVideo: chosen.cachedVideo,
          ema: chosen.ema,
          loraRank: lora,
          offload: v2 && chosen.offload && chosen.checkpointing !== 'none',
        }
      : {}),
  };
}

/** Only combinations that a version takes: some sequence groups cannot share some shapes. */
const flags = choices.map(flagsOf).filter((given) => {
  try {
    return resolveTarget(given) !== undefined;
  } catch {
    return false;
  }
});

function memory(given: TargetFlags, analyse: Analyse) {
  const target = resolveTarget(given);
  return predictMemory(modelVersion(target.model, target.ae), target, [], analyse);
}

/** Both the figure and the interval's top: a verdict rests on either. */
function expectNoMore(less: TargetFlags, more: TargetFlags, analyse: Analyse = linearAnalysis): void {
  const [small, large] = [memory(less, analyse), memory(more, analyse)];
  // Parts are rounded to whole bytes each.
  expect(small.worst.peak.bytes).toBeLessThanOrEqual(large.worst.peak.bytes + 64);
  expect(small.range[1]).toBeLessThanOrEqual(large.range[1] + 64);
}

const many = { numRuns: 200 };
/** Each run builds graphs of its own. */
const few = { numRuns: 12 };

describe('over the whole space of targets', () => {
  it('predictions are finite, positive and of the schema, and the parts of each phase add up', () => {
    fc.assert(
      fc.property(flags, (given) => {
        const { prediction } = predict(resolveTarget(given), [], fromGraph, {
          of: 'gpu',
          gpu: findGpu('H200'),
        });
        predictionSchema.parse(prediction);
        for (const { bytes, range, parts } of prediction.phases) {
          expect(bytes).toBe(parts.reduce((sum, part) => sum + part.bytes, 0));
          expect(range[0]).toBeLessThanOrEqual(bytes);
          expect(range[1]).toBeGreaterThanOrEqual(bytes);
          expect(bytes).toBeGreaterThan(0);
        }
        expect(prediction.secondsPerStep).toBeGreaterThan(0);
        const { host } = prediction;
        expect(host.bytesPerRank).toBe(host.parts.reduce((sum, part) => sum + part.bytes, 0));
        expect(host.bytesPerRank).toBeGreaterThan(0);
        expect(host.range[1]).toBeGreaterThanOrEqual(host.bytesPerRank);
        expect(prediction.savedCheckpointBytes ?? 1).toBeGreaterThan(0);
      }),
      few,
    );
  });

  it('a smaller batch never needs more', () => {
    fc.assert(
      fc.property(flags, (given) => {
        expectNoMore(given, { ...given, batch: Number(given.batch) + 1 });
      }),
      many,
    );
  });

  it('more checkpointing never needs more, nor do checkpoints on the host', () => {
    fc.assert(
      fc.property(flags, (given) => {
        fc.pre(given.task === 'train');
        expectNoMore(
          { ...given, checkpointing: 'full' },
          { ...given, checkpointing: 'none', offload: false },
          fromGraph,
        );
        expectNoMore(
          { ...given, checkpointing: 'full', offload: given.model === 'v2.0' },
          { ...given, checkpointing: 'full', offload: false },
          fromGraph,
        );
      }),
      few,
    );
  });

  it('more checkpointed blocks of v2.0 never need more', () => {
    // From the first of each kind on: where little is kept, recomputing that one may be the worst moment.
    const counts = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 37 }));
    fc.assert(
      fc.property(flags, counts, (given, [double, single]) => {
        fc.pre(given.task === 'train' && given.model === 'v2.0');
        const at = (d: number, s: number) => ({ ...given, offload: false, checkpointing: `${d},${s}` });
        expectNoMore(at(double + 1, single), at(double, single), fromGraph);
        expectNoMore(at(double, single + 1), at(double, single), fromGraph);
      }),
      few,
    );
  });

  it('more ranks of ZeRO never need more', () => {
    fc.assert(
      fc.property(flags, (given) => {
        fc.pre(given.task === 'train');
        // A single GPU has no NCCL buffers: not compared.
        const count = Number(given.gpuCount);
        fc.pre(count > 1);
        expectNoMore({ ...given, gpuCount: 2 * count }, given);
      }),
      many,
    );
  });

  it('smaller pieces of the VAE and cached features never need more', () => {
    fc.assert(
      fc.property(flags, (given) => {
        // From one tile in time to below two, the tiles' pixels that are kept beside the video can outweigh what a
        // smaller piece saves: at 65 frames nothing, at 81 and 1080p less than they take.
        if (given.model !== 'v2.0' || Number(given.frames) < 65 || Number(given.frames) >= 129)
          expectNoMore({ ...given, vaeTiling: true }, { ...given, vaeTiling: false });
        // v1.0 and v1.1 read no features.
        if (given.task === 'train' && given.model !== 'v1.0' && given.model !== 'v1.1')
          expectNoMore(
            { ...given, cachedText: true, cachedVideo: true },
            { ...given, cachedText: false, cachedVideo: false },
          );
      }),
      many,
    );
  });
});
