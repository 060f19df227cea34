import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSeconds } from '../../../src-main/contract/format.js';
import { nearestMissSchema, recommendationSchema, verdictSchema } from '../../../src-main/contract/report.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { type DecideInput, decide } from '../../../src-main/decide/verdict.js';
import { gibi, gpu, inputOf, judged, machine, ownProbes } from './decide-input.js';

function verdictOf(input: DecideInput) {
  const { verdict } = decide(input);
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
  expect(verdict.headline).not.toContain('\n');
  return verdict;
}

function reason(input: DecideInput, id: string) {
  return verdictOf(input).reasons.find((candidate) => candidate.id === id);
}

/** The first command with everything set that saves memory: what does not fit so has no other settings. */
const leanest = { batch: 1, cachedText: true, cachedVideo: true, vaeTiling: true };
const lean = (freeGiB: number) => inputOf({ flags: leanest, machine: machine([gpu(0, freeGiB)]) });
const [bottom, top] = lean(79).prediction.interval.peakBytes.map((bytes) => bytes / gibi) as [number, number];

describe('a verdict on this machine', () => {
  it('is go where the interval’s top and the reserve are free', () => {
    const verdict = verdictOf(inputOf());
    expect(verdict.status).toBe('go');
    expect(verdict.headline).toMatch(/^Go: the run needs [\d.–]+ GiB of the 79\.0 GiB free on NVIDIA H100/);
    expect(verdict.freeBytes).toBe(79 * gibi);
    expect(verdict.reserveBytes).toBe(Math.round(0.02 * 79 * gibi));
  });

  it('says how long the whole run takes, where its length is known', () => {
    const step = inputOf().prediction.secondsPerStep as number;
    const text = reason(inputOf({ flags: { steps: 1000 } }), 'speed')?.text;
    expect(text).toContain(`; ${formatSeconds(1000 * step)} for the whole run`);
    expect(reason(inputOf(), 'speed')?.text).not.toContain('whole run');
  });

  it('keeps 1 GiB in reserve on a small GPU', () => {
    expect(verdictOf(inputOf({ machine: machine([gpu(0, 40)]) })).reserveBytes).toBe(gibi);
  });

  it('is inconclusive where the reserve does not fit any more', () => {
    const input = lean(top + 0.5);
    expect(reason(input, 'memory')).toMatchObject({ status: 'look' });
    expect(verdictOf(input).status).toBe('inconclusive');
  });

  it('is no-go where the interval’s bottom is not free', () => {
    const verdict = verdictOf(lean(bottom - 0.1));
    expect(verdict.status).toBe('no-go');
    expect(verdict.headline).toMatch(/^No-go: the run needs/);
  });

  it('takes the smallest free memory of the GPUs used', () => {
    const gpus = machine([gpu(0, 79), gpu(1, 10)]);
    expect(verdictOf(inputOf({ machine: gpus })).status).toBe('go');
    expect(verdictOf(inputOf({ machine: gpus, gpuIndexes: [1] })).status).toBe('no-go');
    expect(verdictOf(inputOf({ machine: gpus, flags: { gpuCount: 2 } })).freeBytes).toBe(10 * gibi);
  });

  it('is inconclusive where free memory cannot be read', () => {
    const memory = { totalBytes: 1, freeBytes: { unavailable: 'no NVML' }, usedBytes: 1 };
    const input = inputOf({ machine: machine([gpu(0, 79, { memory })]) });
    expect(verdictOf(input).status).toBe('inconclusive');
    expect(reason(input, 'memory')).toMatchObject({ status: 'not-tested' });
  });

  it('is no-go where GPUs are missing', () => {
    const input = inputOf({ flags: { gpuCount: 4 } });
    expect(reason(input, 'gpu-count')?.text).toBe('The run needs 4 GPUs, and 1 can be used here');
    expect(verdictOf(input).status).toBe('no-go');
    const nodes = inputOf({ flags: { gpuCount: 2, nodes: 2 } });
    expect(reason(nodes, 'gpu-count')).toMatchObject({ status: 'not-tested' });
  });

  it('is never go after a cancelled sweep', () => {
    expect(verdictOf(inputOf({ complete: false })).status).toBe('inconclusive');
    const cancelled = inputOf({ probes: ownProbes(4, 'cancelled') });
    expect(verdictOf(cancelled).status).toBe('inconclusive');
    expect(reason(cancelled, 'target-shape')).toMatchObject({ status: 'not-tested' });
  });

  it.each(['crashed', 'timed-out', 'not-supported'] as const)(
    'is never go after its own shape %s',
    (status) => {
      const input = inputOf({ probes: ownProbes(4, status) });
      expect(reason(input, 'target-shape')).toMatchObject({ status: 'fail' });
      expect(verdictOf(input).status).toBe('inconclusive');
    },
  );

  it('does not hold a failed larger shape against the run', () => {
    expect(verdictOf(inputOf({ probes: [...ownProbes(), ...ownProbes(8, 'crashed')] })).status).toBe('go');
    const outOfMemory = [...ownProbes(), ...ownProbes(8, 'out-of-memory')];
    expect(verdictOf(inputOf({ probes: outOfMemory })).status).toBe('go');
  });

  it('is no-go as asked where one block of the run ran out of memory, and goes with a batch that did not', () => {
    const input = inputOf({ probes: [...ownProbes(2), ...ownProbes(4, 'out-of-memory')] });
    expect(reason(input, 'block-out-of-memory')).toMatchObject({ status: 'fail' });
    const { verdict, recommendation } = decide(input);
    expect(verdict.status).toBe('go-with-changes');
    expect(recommendation).toMatchObject({ settings: { batch: 3 } });
    const alone = inputOf({ flags: { batch: 1 }, probes: ownProbes(1, 'out-of-memory') });
    expect(verdictOf(alone).status).toBe('no-go');
  });

  it('says that a shape which was not run is answered from the graph', () => {
    const input = inputOf({ probes: ownProbes(2) });
    expect(reason(input, 'target-shape')).toMatchObject({ status: 'not-tested', evidence: 'modelled' });
    expect(verdictOf(input).status).toBe('go');
  });

  it('asks for fp16 before Ampere, and is no-go for v2.0 without FlashAttention', () => {
    const turing = machine([gpu(0, 79, { name: 'Tesla T4', computeCapability: '7.5' })]);
    expect(reason(inputOf({ machine: turing }), 'precision')).toMatchObject({ status: 'fail' });
    expect(verdictOf(inputOf({ machine: turing })).status).toBe('go-with-changes');
    expect(decide(inputOf({ machine: turing })).recommendation).toMatchObject({
      settings: { dtype: 'fp16', batch: 4 },
    });
    const fp16 = inputOf({ machine: turing, flags: { dtype: 'fp16' } });
    expect(reason(fp16, 'precision')).toBeUndefined();
    expect(verdictOf(fp16).status).toBe('go');
    expect(reason(fp16, 'flash-attention')).toMatchObject({
      status: 'look',
      text: expect.stringContaining('in the memory predicted'),
    });
    // Not in the catalogue, which is where the prediction looks.
    const unknown = machine([gpu(0, 79, { name: 'Quadro X', computeCapability: '7.5' })]);
    expect(verdictOf(inputOf({ machine: unknown, flags: { dtype: 'fp16' } })).status).toBe('inconclusive');
    const v2 = { model: 'v2.0', task: 'infer', resolution: '256px', frames: 33, dtype: 'fp16', batch: 1 };
    expect(reason(inputOf({ machine: turing, flags: v2, probes: [] }), 'flash-attention')).toMatchObject({
      status: 'fail',
    });
  });

  it('names no number of GPUs of a card that can never run it', () => {
    const flags = { model: 'v2.0', task: 'train', resolution: '256px', frames: 33, gpuCount: 2 };
    const input = inputOf({ flags, probes: [], judged: judged('Quadro RTX 8000', 47.4), device: 'none' });
    const { verdict, nearestMiss } = decide(input);
    expect(verdict.status).toBe('no-go');
    expect(nearestMiss).toMatchObject({
      gpuCount: { unavailable: expect.stringContaining('FlashAttention') },
    });
  });

  it('is never go in fp32 where upstream asserts against it, or has FlashAttention alone', () => {
    const training = inputOf({ flags: { dtype: 'fp32' }, probes: [] });
    expect(verdictOf(training).status).toBe('go-with-changes');
    expect(decide(training).recommendation).toMatchObject({ settings: { dtype: 'bf16' } });
    expect(reason(training, 'full-precision')?.text).toContain('--dtype bf16 would run');
    const v2 = { model: 'v2.0', task: 'infer', resolution: '256px', frames: 33, dtype: 'fp32', batch: 1 };
    const inference = inputOf({ flags: v2, probes: [], machine: machine([gpu(0, 178)]) });
    expect(verdictOf(inference).status).toBe('go-with-changes');
    expect(decide(inference).recommendation).toMatchObject({ settings: { dtype: 'bf16' } });
    const v1 = { ...v2, model: 'v1.2', resolution: '144p', frames: 51 };
    expect(reason(inputOf({ flags: v1, probes: [] }), 'full-precision')).toMatchObject({ status: 'look' });
    expect(reason(inputOf(), 'full-precision')).toBeUndefined();
  });

  it('says that v1.x’s inference shares a video among all GPUs of a launch', () => {
    const id = 'inference-group';
    const on = (flags: Partial<TargetFlags>) =>
      inputOf({
        flags: { task: 'infer', batch: 1, ...flags },
        device: 'none',
        judged: judged('H100', 79.1),
        probes: [],
      });
    expect(reason(on({ gpuCount: 4 }), id)).toMatchObject({
      status: 'look',
      text: expect.stringContaining('--sp 4'),
    });
    expect(reason(on({ gpuCount: 4, sp: 4 }), id)).toBeUndefined();
    expect(reason(on({}), id)).toBeUndefined();
    expect(reason(on({ model: 'v2.0', resolution: '256px', frames: 33, gpuCount: 4 }), id)).toBeUndefined();
  });

  it('says of a Blackwell card that the pinned PyTorch does not run on it', () => {
    const b200 = machine([gpu(0, 178, { name: 'NVIDIA B200', computeCapability: '10.0' })]);
    expect(reason(inputOf({ machine: b200 }), 'pytorch')).toMatchObject({ status: 'look' });
    expect(reason(inputOf(), 'pytorch')).toBeUndefined();
    const planned = (name: string) => inputOf({ device: 'none', judged: judged(name, 178), probes: [] });
    expect(reason(planned('B200'), 'pytorch')).toMatchObject({ status: 'look' });
    expect(reason(planned('H200'), 'pytorch')).toBeUndefined();
  });

  it('is inconclusive for an AMD card, which detection refuses where it is found', () => {
    const planned = inputOf({ device: 'none', judged: judged('MI300X', 191.5), probes: [] });
    expect(verdictOf(planned).status).toBe('inconclusive');
  });

  it('is no-go where the machine cannot run it', () => {
    const check = { id: 'cuda-driver', status: 'fail', text: 'The driver is too old', action: '' } as const;
    const input = inputOf({ machine: machine([gpu(0, 79)], [check]) });
    expect(verdictOf(input).status).toBe('no-go');
    expect(verdictOf(input).headline).toContain('The driver is too old'.slice(3));
  });
});

describe('a dry run on the CPU', () => {
  const cpu = { device: 'cpu', machine: machine([]), probes: ownProbes(4, 'ok', 'fp32') };

  it('says so first, and what the run needs, and nothing of whether it fits', () => {
    const verdict = verdictOf(inputOf(cpu));
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.headline).toMatch(
      /^Dry run on the CPU: the run needs [\d.–]+ GiB on each GPU; name the GPU/,
    );
    expect(verdict.freeBytes).toHaveProperty('unavailable');
    expect(reason(inputOf(cpu), 'speed')?.text).toContain('says nothing about a GPU');
  });

  it('is go for the memory alone of a GPU that was named', () => {
    const input = inputOf({ ...cpu, judged: judged('H100', 79.1) });
    const verdict = verdictOf(input);
    expect(verdict.status).toBe('go');
    expect(verdict.headline).toMatch(
      /^Dry run on the CPU, judged for H100: go for the memory; the run needs/,
    );
    expect(reason(input, 'speed')).toMatchObject({ status: 'look', evidence: 'modelled' });
  });

  it('is no-go for a GPU that is too small', () => {
    const input = inputOf({ ...cpu, judged: judged('RTX 3090', 23.6) });
    expect(verdictOf(input)).toMatchObject({ status: 'no-go' });
    expect(reason(inputOf({ ...cpu, judged: judged('V100-32GB', 31.7) }), 'precision')).toMatchObject({
      status: 'fail',
    });
  });

  it('does not hold the CPU’s lack of memory against a GPU, and does not go either', () => {
    const probes = ownProbes(4, 'out-of-memory', 'fp32');
    const input = inputOf({ ...cpu, probes, judged: judged('H200', 139.8) });
    expect(verdictOf(input).status).toBe('inconclusive');
  });

  it('never passes what was not tested', () => {
    const untested = verdictOf(inputOf(cpu)).reasons.filter(({ id }) => id === 'not-covered');
    expect(untested.map(({ status }) => status)).toEqual(['not-tested']);
  });
});

describe('a plan', () => {
  it('says that nothing was measured', () => {
    const input = inputOf({
      device: 'none',
      machine: machine([]),
      probes: [],
      judged: judged('H200', 139.8),
    });
    expect(verdictOf(input).headline).toMatch(
      /^Planned, nothing measured, judged for H200: go for the memory/,
    );
  });
});

describe('a recommendation', () => {
  const flags: Partial<TargetFlags> = { frames: 408, batch: 64, gpuCount: 64, checkpointing: 'none' };
  const big = (freeGiB: number) => {
    const gpus = Array.from({ length: 64 }, (_, index) => gpu(index, freeGiB));
    return inputOf({ flags, machine: machine(gpus), probes: [] });
  };

  it('keeps what fits as asked', () => {
    // Nothing is faster than no checkpointing.
    const { recommendation, nearestMiss } = decide(inputOf({ flags: { checkpointing: 'none' } }));
    expect(recommendation).toEqual({
      settings: {
        batch: 4,
        effectiveBatch: 4,
        accumulation: 1,
        checkpointing: 'none',
        dtype: 'bf16',
        plugin: 'zero2',
        sp: 1,
        cachedText: false,
        cachedVideo: false,
        vaeTiling: false,
      },
      batches: [4],
      changes: [],
    });
    expect(nearestMiss).toHaveProperty('unavailable');
  });

  it('finds what fits where the run as asked does not, and says what each change buys', () => {
    const input = big(22);
    const { verdict, recommendation } = decide(input);
    expect(verdict.status).toBe('go-with-changes');
    expect(verdict.headline).toMatch(/^Go with changes: .* and fits with /);
    if ('unavailable' in recommendation) throw new Error(recommendation.unavailable);
    expect(recommendationSchema.parse(recommendation)).toEqual(recommendation);
    expect(recommendation.changes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(0);
    expect(recommendation.settings.batch).toBeGreaterThanOrEqual(1);
  });

  it('says of a run that fits what would be faster', () => {
    const { verdict, recommendation } = decide(inputOf());
    expect(verdict.status).toBe('go');
    // 56 blocks without a second forward, a third of forward and backward: a quarter less time.
    expect(recommendation).toMatchObject({
      settings: { checkpointing: 'none', batch: 4 },
      changes: [{ setting: 'checkpointing', from: 'full', to: 'none', seconds: expect.closeTo(-0.7467, 3) }],
    });
  });

  it('says how near the nearest miss is where nothing fits, and what would do', () => {
    const { verdict, recommendation, nearestMiss } = decide(big(5));
    expect(verdict.status).toBe('no-go');
    expect(recommendation).toHaveProperty(
      'unavailable',
      expect.stringMatching(/may need [\d.]+ GiB of the 4\.00 GiB/),
    );
    if ('unavailable' in nearestMiss) throw new Error(nearestMiss.unavailable);
    expect(nearestMissSchema.parse(nearestMiss)).toEqual(nearestMiss);
    expect(nearestMiss.settings).toMatchObject({ batch: 1, checkpointing: 'full', cachedText: true });
    expect(nearestMiss.shortBytes).toBe(nearestMiss.peakBytes - 4 * gibi);
  });

  it('keeps the effective batch where the version accumulates', () => {
    const input = inputOf({
      flags: { model: 'v2.0', resolution: '1024px', frames: 129, batch: 12, gpuCount: 8 },
      machine: machine(Array.from({ length: 8 }, (_, index) => gpu(index, 79))),
      probes: [],
    });
    const { recommendation } = decide(input);
    if ('unavailable' in recommendation) throw new Error(recommendation.unavailable);
    expect(recommendation.settings.effectiveBatch).toBe(96);
    expect(12 % Number(recommendation.settings.batch)).toBe(0);
  });
});

describe('over all memories (more of it: properties.test.ts)', () => {
  const rank = { go: 3, 'go-with-changes': 2, inconclusive: 1, 'no-go': 0 };
  const freeGiB = fc.double({ min: 0.1, max: 200, noNaN: true });

  it('a smaller batch never makes a verdict worse', () => {
    fc.assert(
      fc.property(freeGiB, fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (gib, a, b) => {
        const at = (batch: number) =>
          decide(
            inputOf({ flags: { batch, checkpointing: 'none' }, machine: machine([gpu(0, gib)]), probes: [] }),
          ).verdict.status;
        expect(rank[at(Math.min(a, b))]).toBeGreaterThanOrEqual(rank[at(Math.max(a, b))]);
      }),
      { numRuns: 30 },
    );
  });
});
