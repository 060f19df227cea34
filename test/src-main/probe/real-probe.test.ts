import { beforeAll, describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { known } from '../../../src-main/contract/evidence.js';
import { type Point, type Probe, probeSchema } from '../../../src-main/contract/probe.js';
import { fullTiming, onceTiming } from '../../../src-main/probe/budget.js';
import { runProbe } from '../../../src-main/probe/host.js';
import type { Timing } from '../../../src-main/probe/messages.js';
import { builtMain } from '../../support/built.js';
import { spatialPoint, tinyPoint } from '../../support/points.js';

// Real blocks, through the real worker, on the CPU.

beforeAll(async () => {
  await builtMain();
});

async function measure(point: Point, timing: Timing = fullTiming): Promise<Probe> {
  const probe = await runProbe(point, { provider: 'cpu', timing, deadlineSeconds: 100 });
  return probeSchema.parse(probe);
}

/** Timed, and no longer than it takes. */
const brief: Timing = { once: false, minSamples: 1, maxWarmups: 1, budgetSeconds: 0 };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** How far the measured live peak is from the graph's, as a share. */
function liveError(probe: Probe): number {
  const live = known(known(probe.memory)!.liveBytes)!;
  return Math.abs(live / analyseBlock(probe.point).liveBytes - 1);
}

describe('a training block of v1.2 at 144p and 17 frames', () => {
  let probe: Probe;
  beforeAll(async () => {
    probe = await measure(spatialPoint());
  }, 120_000);

  it('is measured on the provider that was asked for, every node of it', () => {
    expect(probe).toMatchObject({ status: 'ok', cause: '', evidence: 'measured', provider: 'cpu' });
    expect(probe.nodesOffProvider).toEqual([]);
    expect(probe.parameters).toBe(21_255_696);
  });

  it('has live memory within 2 % of its graph, and each truth above the one before', () => {
    const memory = known(probe.memory)!;
    expect(liveError(probe)).toBeLessThan(0.02);
    const [live, inUse, held] = [memory.liveBytes, memory.inUseBytes, memory.heldBytes].map(
      (value) => known(value)!,
    );
    expect(inUse!).toBeGreaterThanOrEqual(live!);
    expect(held!).toBeGreaterThanOrEqual(inUse!);
    expect(memory.savedForBackwardBytes).toBeGreaterThan(0);
    expect(memory.savedForBackwardBytes).toBeLessThan(live!);
    expect(memory.deviceBytes).toMatchObject({ unavailable: expect.stringContaining('NVIDIA') });
    expect(memory.optimizerStateBytes).toBe(0);
  });

  it('has at least five samples, their median, and the speeds that follow', () => {
    const time = known(probe.time)!;
    expect(time.samples.length).toBeGreaterThanOrEqual(5);
    expect(time.warmups.length).toBeGreaterThanOrEqual(2);
    expect(time.samples).toContain(
      [...time.samples].sort((a, b) => a - b)[Math.floor(time.samples.length / 2)],
    );
    expect(known(probe.tokensPerSecond)).toBeCloseTo(720 / time.medianSeconds, 3);
    expect(known(probe.tflops)).toBeCloseTo(probe.flops / 1e12 / time.medianSeconds, 6);
    expect(known(probe.tflops)).toBeGreaterThan(0);
  });

  it('tells its time by class of operator', () => {
    const { secondsByOperatorClass: classes } = known(probe.time)!;
    expect(classes.matmul).toBeGreaterThan(0);
    expect(classes.attention).toBeGreaterThan(0);
    expect(classes.norm).toBeGreaterThan(0);
    expect(classes.optimizer).toBeUndefined();
    expect(classes.matmul!).toBeGreaterThan(0.4 * sum(Object.values(classes)));
  });

  it('tells its phases, which are within its wall time', () => {
    const { phases, wallSeconds } = probe;
    for (const name of ['fork', 'build', 'load', 'warmup', 'time', 'profile', 'teardown'] as const)
      expect(phases[name], name).toBeGreaterThan(0);
    expect(sum(Object.values(phases))).toBeLessThanOrEqual(wallSeconds + 0.05);
  });
});

describe('other steps of v1.2', () => {
  it('recomputes from a checkpoint: much less is saved, and live is lower and as in its graph', async () => {
    const shape = { latentFrames: 5, batch: 2 };
    const point = spatialPoint({ ...shape, checkpoint: true });
    const probe = await measure(point, onceTiming);
    expect(probe.status).toBe('ok');
    expect(liveError(probe)).toBeLessThan(0.02);
    const plain = analyseBlock(spatialPoint(shape));
    expect(known(probe.memory)!.savedForBackwardBytes).toBeLessThan(plain.savedForBackwardBytes / 10);
    expect(probe.flops).toBeGreaterThan(1.2 * plain.flops);
  });

  it('holds AdamW: its state is counted, and its time told', async () => {
    const probe = await measure(tinyPoint({ optimizer: true }), brief);
    expect(liveError(probe)).toBeLessThan(0.02);
    expect(known(probe.memory)!.optimizerStateBytes).toBe(8 * 21_255_696);
    expect(known(probe.time)!.secondsByOperatorClass.optimizer).toBeGreaterThan(0);
  });

  it('infers with nothing saved', async () => {
    const probe = await measure(spatialPoint({ block: 'temporal', task: 'infer', batch: 2 }), brief);
    expect(probe).toMatchObject({ status: 'ok', nodesOffProvider: [], memory: { savedForBackwardBytes: 0 } });
    expect(liveError(probe)).toBeLessThan(0.02);
    expect(known(probe.time)!.secondsByOperatorClass.attention).toBeGreaterThan(0);
  });

  it('run once has memory, and says why there is no time', async () => {
    const probe = await measure(tinyPoint(), onceTiming);
    expect(liveError(probe)).toBeLessThan(0.02);
    const reason = { unavailable: 'run once for its memory: a cold run says nothing of speed' };
    expect(probe).toMatchObject({ status: 'ok', time: reason, tokensPerSecond: reason, tflops: reason });
  });
});

describe('what this device cannot do', () => {
  it('is not supported, with the operator that lacks: bf16 on the CPU', async () => {
    const probe = await measure(tinyPoint({ dtype: 'bf16' }), onceTiming);
    expect(probe.status).toBe('not-supported');
    expect(probe.cause).toMatch(
      /^Could not find an implementation for \w+\(\d+\) node with name '\w+\/\w+\/\d+'$/,
    );
    expect(probe.memory).toEqual({ unavailable: probe.cause });
  });

  it.each([
    ['cuda', /Failed to load shared library/],
    ['dml', /backend not found/],
  ] as const)('is not supported, with the reason: %s', async (provider, cause) => {
    const probe = await runProbe(tinyPoint(), { provider, timing: onceTiming, deadlineSeconds: 60 });
    // With the CUDA provider installed the GPU is what lacks.
    expect(probe).toMatchObject({ status: expect.stringMatching(/^(not-supported|ok)$/), provider });
    if (probe.status !== 'ok' && provider === 'dml') expect(probe.cause).toMatch(cause);
  });
});
