import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import { phaseWordsOf } from '../../../src-main/contract/phase-words.js';
import type { Part } from '../../../src-main/contract/report.js';
import { predictionSchema } from '../../../src-main/contract/report.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { findGpu } from '../../../src-main/predict/gpus.js';
import { type PhaseName, phasesOf } from '../../../src-main/predict/phases.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import type { Speed } from '../../../src-main/predict/time.js';
import { linearAnalysis, probeOf } from './linear-analysis.js';

const flags: TargetFlags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 };
const measured: Speed = { of: 'measured-device', gpu: undefined };
/** 4 samples × 15 latent frames × 144 tokens. */
const tokens = 8640;

function of(more: Partial<TargetFlags>, probes = [probeOf()], speed: Speed = measured) {
  return predict(resolveTarget({ ...flags, ...more }), probes, linearAnalysis, speed).prediction;
}

/** One phase of the run, whether it is the peak or not. */
function phase(name: PhaseName, more: Partial<TargetFlags>, probes = [probeOf()]): { parts: Part[] } {
  const target = resolveTarget({ ...flags, ...more });
  const phases = phasesOf(modelVersion(target.model), target, target.buckets[0]!, probes, linearAnalysis);
  return phases.find((candidate) => candidate.name === name)!;
}

function part(prediction: { parts: Part[] }, id: string): Part {
  return prediction.parts.find((candidate) => candidate.id === id)!;
}

describe('memory of a training step', () => {
  it('without checkpointing keeps every block’s activations, and what they share once', () => {
    const backward = phase('backward', { checkpointing: 'none' });
    const own = tokens * 2 * 100 - 1000;
    expect(part(backward, 'saved-activations').bytes).toBe(56 * own + 1000);
    expect(part(backward, 'checkpoints').bytes).toBe(0);
    expect(part(backward, 'block-under-way').bytes).toBe(tokens * 2 * 150 - own);
  });

  it('with checkpointing keeps inputs and one block’s live set', () => {
    const backward = phase('backward', { gpuCount: 64, checkpointing: 'full' });
    expect(part(backward, 'saved-activations').bytes).toBe(1000);
    expect(part(backward, 'checkpoints').bytes).toBe(56 * tokens * 10);
    expect(part(backward, 'block-under-way').bytes).toBe(tokens * 2 * 145);
  });

  it('takes the highest of loading, encoding, the backward and the optimiser’s step, never two', () => {
    // On one GPU the fp32 copy of v1.2's gradients is 4 × 1,201,595,936 bytes, more than these activations.
    const small = of({ checkpointing: 'full', batch: 1 });
    expect(part(small, 'step-transient').bytes).toBe(4 * 1_201_595_936);
    expect(part(small, 'checkpoints')).toBeUndefined();
    expect(phaseWordsOf(small.phase)).toBe("at the optimiser's step");
    const large = of({ checkpointing: 'none', gpuCount: 64, batch: 512, cachedVideo: true });
    expect(part(large, 'step-transient')).toBeUndefined();
    expect(part(large, 'saved-activations').bytes).toBeGreaterThan(0);
    expect(phaseWordsOf(large.phase)).toBe('in the backward');
    // Over many GPUs nothing is more than the whole EMA, which goes with --ema off: at the start, and with the moments
    // beside it when it is saved.
    const saving = of({ checkpointing: 'full', gpuCount: 64, batch: 1 });
    expect(part(saving, 'ema-gathered').bytes).toBe((4 * 1_207_643_936 * 63) / 64);
    expect(phaseWordsOf(saving.phase)).toBe('while a checkpoint is saved');
    const encoding = of({ resolution: '720p', gpuCount: 64, batch: 1, ema: 'off' });
    expect(phaseWordsOf(encoding.phase)).toBe('while the VAE encodes the videos');
  });

  it('is no less than any of its phases, at both ends', () => {
    const target = resolveTarget({ ...flags, gpuCount: 8 });
    const { interval, peakBytesPerGpu } = of({ gpuCount: 8 });
    const phases = phasesOf(modelVersion('v1.2'), target, target.buckets[0]!, [], linearAnalysis);
    expect(phases.map(({ name }) => name)).toEqual([
      'load',
      'encode',
      'text',
      'first-step',
      'backward',
      'step',
      'save',
    ]);
    for (const { parts } of phases) {
      const sum = (end: (one: (typeof parts)[number]) => number) =>
        parts.reduce((total, one) => total + end(one), 0);
      expect(peakBytesPerGpu).toBeGreaterThanOrEqual(sum(({ bytes }) => bytes));
      expect(interval.peakBytes[0]).toBeGreaterThanOrEqual(sum(({ range }) => range[0]));
      expect(interval.peakBytes[1]).toBeGreaterThanOrEqual(sum(({ range }) => range[1]));
    }
  });

  it('is the sum of its parts, inside its interval', () => {
    for (const more of [{}, { checkpointing: 'none' }, { gpuCount: 8 }, { cachedText: true }]) {
      const prediction = of(more);
      expect(predictionSchema.parse(prediction)).toEqual(prediction);
      expect(prediction.peakBytesPerGpu).toBe(prediction.parts.reduce((sum, { bytes }) => sum + bytes, 0));
      const [low, high] = prediction.interval.peakBytes;
      expect(low).toBeLessThan(prediction.peakBytesPerGpu);
      expect(high).toBeGreaterThan(prediction.peakBytesPerGpu);
    }
  });

  it('leaves out the encoders whose features are cached', () => {
    expect(part(of({}), 'text-encoder').bytes).toBe(2 * 4_762_310_656);
    expect(part(of({ cachedText: true }), 'text-encoder')).toBeUndefined();
    expect(part(of({ cachedVideo: true }), 'vae')).toBeUndefined();
  });

  it('divides activations among sequence ranks', () => {
    const whole = phase('backward', { checkpointing: 'none', gpuCount: 2 });
    const shared = phase('backward', { checkpointing: 'none', gpuCount: 2, sp: 2 });
    expect(part(shared, 'saved-activations').bytes).toBe(part(whole, 'saved-activations').bytes / 2);
  });

  it('calls measured what a probe measured at this shape and type, and scales what it did not', () => {
    const probes = (dtype: 'bf16' | 'fp32') =>
      (['spatial', 'temporal'] as const).map((block) =>
        // Twice what the graph says: 160 elements a token.
        probeOf({ block, dtype }, { liveBytes: 2 * tokens * (dtype === 'fp32' ? 4 : 2) * 160 }),
      );
    const whole = { checkpointing: 'full', gpuCount: 64 };
    const exact = part(phase('backward', whole, probes('bf16')), 'block-under-way');
    expect(exact).toMatchObject({ evidence: 'measured', bytes: 2 * tokens * 2 * 150 - tokens * 10 });
    const scaled = part(phase('backward', whole, probes('fp32')), 'block-under-way');
    expect(scaled).toMatchObject({ evidence: 'modelled', bytes: exact.bytes });
    expect(scaled.note).toContain('scaled by the graph from a probe in fp32');
  });

  it('ignores probes that failed or that only the graph answered', () => {
    const failed = probeOf({}, { liveBytes: 1e12, status: 'out-of-memory' });
    const modelled = { ...probeOf({}, { liveBytes: 1e12 }), evidence: 'modelled' as const };
    expect(of({}, [failed, modelled]).peakBytesPerGpu).toBe(of({}, []).peakBytesPerGpu);
  });
});

describe('memory of inference', () => {
  it('is weights, fp32 T5, VAE and one block at the guidance batch in v1.x', () => {
    const denoise = phase('denoise', { task: 'infer', batch: 1 });
    expect(part(denoise, 'text-encoder').bytes).toBe(4 * 4_762_310_656);
    expect(part(denoise, 'weights').bytes).toBe(2 * 1_207_643_936);
    expect(part(denoise, 'block-under-way').bytes).toBe(2 * 2160 * 2 * 40);
    expect(part(denoise, 'gradients')).toBeUndefined();
  });

  it('decodes in the run’s type, so that fp32 takes twice bf16', () => {
    const decode = (dtype: string) => phase('decode', { task: 'infer', batch: 1, dtype });
    for (const id of ['vae', 'vae-decode', 'video-pixels']) {
      expect(part(decode('fp32'), id).bytes, id).toBe(2 * part(decode('bf16'), id).bytes);
    }
  });

  it('decodes with the denoising’s memory in the allocator’s cache in v1.x, which may be handed back', () => {
    const prediction = of({ task: 'infer', batch: 1 });
    expect(phaseWordsOf(prediction.phase)).toBe('while the VAE decodes the video');
    const denoise = phase('denoise', { task: 'infer', batch: 1 });
    expect(part(prediction, 'allocator-cache').bytes).toBe(
      part(denoise, 'block-under-way').bytes + part(denoise, 'eager-block').bytes,
    );
    const v2 = of({ model: 'v2.0', task: 'infer', resolution: '256px', frames: 33, batch: 1 });
    expect(part(v2, 'vae-decode').bytes).toBeGreaterThan(0);
    expect(part(v2, 'allocator-cache')).toBeUndefined();
  });

  it('holds both halves of v2.0’s VAE, and training only the encoder', () => {
    const v2 = { model: 'v2.0', resolution: '256px', frames: 33 };
    expect(part(of({ ...v2, task: 'infer' }), 'vae').bytes).toBe(2 * 246_478_803);
    expect(part(of({ ...v2, gpuCount: 8 }), 'vae').bytes).toBe(2 * 100_342_464);
  });
});

describe('time', () => {
  const timed = (['spatial', 'temporal'] as const).map((block) => probeOf({ block }, { seconds: 0.01 }));

  it('is depth times the measured block, with a forward more for each checkpointed one', () => {
    expect(of({ checkpointing: 'none' }, timed)).toMatchObject({ secondsPerStepEvidence: 'measured' });
    expect(of({ checkpointing: 'none' }, timed).secondsPerStep).toBeCloseTo(0.56, 10);
    expect(of({ checkpointing: 'full' }, timed).secondsPerStep).toBeCloseTo(0.56 * (4 / 3), 10);
  });

  it('is scaled by operations where the shape was not measured', () => {
    const prediction = of({ checkpointing: 'none', batch: 8 }, timed);
    expect(prediction.secondsPerStep).toBeCloseTo(1.12, 10);
    expect(prediction.secondsPerStepEvidence).toBe('modelled');
  });

  it('is multiplied by accumulation, and by the steps of the run', () => {
    const v2 = { model: 'v2.0', resolution: '256px', frames: 1, batch: 1, checkpointing: 'none' };
    const blocks = (['double', 'single'] as const).map((block) =>
      probeOf({ model: 'v2.0', block, latentFrames: 1, rows: 12, columns: 21, batch: 1 }, { seconds: 0.1 }),
    );
    const prediction = of({ ...v2, effectiveBatch: 4, steps: 10 }, blocks);
    expect(prediction.secondsPerStep).toBeCloseTo(57 * 0.1 * 4, 8);
    expect(prediction.secondsTotal).toBeCloseTo(57 * 0.1 * 4 * 10, 8);
    expect(of(v2, blocks).secondsTotal).toHaveProperty('unavailable');
  });

  it('of a GPU that was not measured is modelled, whatever was measured here', () => {
    const onH100: Speed = { of: 'gpu', gpu: findGpu('H100') };
    const prediction = of({ checkpointing: 'none' }, timed, onH100);
    expect(prediction.secondsPerStepEvidence).toBe('modelled');
    expect(prediction.secondsPerStep).toEqual(of({ checkpointing: 'none' }, [], onH100).secondsPerStep);
  });

  it('is not made up where nothing says it', () => {
    expect(of({}, []).secondsPerStep).toEqual({ unavailable: 'no probe of the spatial block was timed' });
    const unknown = of({}, timed, { of: 'unknown', reason: 'no GPU was named' });
    expect(unknown.interval.secondsPerStep).toEqual({ unavailable: 'no GPU was named' });
  });
});
