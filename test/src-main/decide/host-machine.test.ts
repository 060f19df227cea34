import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../../src-main/contract/report.js';
import { type DecideInput, decide } from '../../../src-main/decide/verdict.js';
import { gibi, gpu, inputOf, judged, machine } from './decide-input.js';

const reasonsOf = (input: DecideInput) => decide(input).verdict.reasons;
const reason = (input: DecideInput, id: string) => reasonsOf(input).find((found) => found.id === id);

/** The first command on two GPUs, each rank of which needs so much of the host's 4,000 GiB. */
function hosted(low: number, most: number): DecideInput {
  const input = inputOf({ flags: { gpuCount: 2 }, machine: machine([gpu(0, 79), gpu(1, 79)]) });
  const host: Prediction['host'] = {
    bytesPerRank: Math.round(((low + most) / 2) * gibi),
    range: [low * gibi, most * gibi],
    parts: [],
  };
  return { ...input, prediction: { ...input.prediction, host } };
}

describe('host memory', () => {
  it.each([
    { low: 100, most: 1999, status: 'pass' },
    { low: 100, most: 2001, status: 'look' },
    { low: 2001, most: 2100, status: 'fail' },
  ])('of two ranks at $low to $most GiB each, of 4000 GiB free: $status', ({ low, most, status }) => {
    const input = hosted(low, most);
    expect(reason(input, 'host-memory')).toMatchObject({ status });
    expect(decide(input).verdict.status === 'go').toBe(status === 'pass');
  });

  it('is not judged for another machine than this one', () => {
    const input = inputOf({ device: 'none', probes: [], judged: judged('H100', 79.1) });
    expect(reason(input, 'host-memory')).toMatchObject({ status: 'not-tested' });
    expect(reason(input, 'health')).toMatchObject({ status: 'not-tested' });
    expect(reason(input, 'driver')).toMatchObject({ status: 'not-tested' });
  });
});

describe('disk', () => {
  it.each([
    { freeGiB: 900, status: 'pass' },
    // v1.2's weights, states and EMA are some 16 GiB.
    { freeGiB: 3, status: 'look' },
  ])('with $freeGiB GiB free where reports are written: $status, and no refusal', ({ freeGiB, status }) => {
    const here = machine([gpu(0, 79)]);
    const workDisk = {
      path: '/work',
      freeBytes: freeGiB * gibi,
      readBytesPerSecond: { unavailable: 'not measured' },
    };
    const input = inputOf({ machine: { ...here, host: { ...here.host, workDisk } } });
    expect(reason(input, 'disk')).toMatchObject({ status, text: expect.stringContaining('free at /work') });
    expect(decide(input).verdict.status).toBe(decide(inputOf()).verdict.status);
  });

  it('is not tested where nothing reads what is free, and not said of inference', () => {
    expect(reason(inputOf(), 'disk')).toMatchObject({
      status: 'not-tested',
      text: expect.stringMatching(/^Each saved checkpoint takes [\d.]+ GiB on disk/),
    });
    const infer = inputOf({ flags: { task: 'infer' }, probes: [] });
    expect(reason(infer, 'disk')).toBeUndefined();
  });
});

describe('the driver', () => {
  const on = (cudaVersion: string | { unavailable: string }) =>
    inputOf({ machine: machine([gpu(0, 79, { cudaVersion, driverVersion: '515.65' })]) });

  // CUDA 12.1's minor releases run on any driver of CUDA 12, and on none of CUDA 11.
  it.each([
    ['12.0', 'pass', 'go'],
    ['13.0', 'pass', 'go'],
    ['11.7', 'fail', 'no-go'],
  ])('for CUDA %s: %s', (cuda, status, verdict) => {
    expect(reason(on(cuda), 'driver')).toMatchObject({ status });
    expect(decide(on(cuda)).verdict.status).toBe(verdict);
  });

  it('is not tested where it says nothing', () => {
    expect(reason(on({ unavailable: 'no NVML' }), 'driver')).toMatchObject({ status: 'not-tested' });
  });
});

describe('health', () => {
  const check = (id: string, status: 'pass' | 'look' | 'fail' | 'not-tested') =>
    ({ id, status, text: `${id} is ${status}`, action: '' }) as const;
  const checked = (...checks: ReturnType<typeof check>[]) =>
    inputOf({ machine: machine([gpu(0, 79)], checks) });

  it('passes where every check of the machine does', () => {
    expect(reason(checked(check('a', 'pass'), check('b', 'pass')), 'health')).toMatchObject({
      status: 'pass',
    });
  });

  it('names each check that does not, those not tested as one, and a failed one stops the run', () => {
    const open = [check('b', 'look'), check('c', 'not-tested'), check('d', 'not-tested')];
    const input = checked(check('a', 'pass'), ...open);
    expect(reason(input, 'machine-b')).toMatchObject({ status: 'look' });
    expect(reason(input, 'machine-c')).toBeUndefined();
    expect(reason(input, 'health')).toMatchObject({
      status: 'not-tested',
      text: '2 of 4 checks of this machine were not tested: c, d',
    });
    expect(reason(checked(check('b', 'look')), 'health')).toBeUndefined();
    expect(decide(input).verdict.status).toBe('go');
    expect(decide(checked(check('c', 'fail'))).verdict.status).toBe('no-go');
  });

  it('is not tested where nothing was checked', () => {
    expect(reason(checked(), 'health')).toMatchObject({ status: 'not-tested' });
  });
});

describe('several buckets', () => {
  it('names the worst, and reduces each to what fits', () => {
    const one = inputOf({ flags: { batch: 64, checkpointing: 'none' }, probes: [] });
    const [bucket] = one.target.buckets;
    const target = {
      ...one.target,
      buckets: [
        { ...bucket!, batch: 1, share: 0.5 },
        { ...bucket!, batch: 4000, share: 0.5 },
      ],
    };
    const input = inputOf({ target, probes: [] });
    expect(reason(input, 'memory')?.text).toContain('of the bucket 144p, 51 frames, batch 4000');
    const { verdict, recommendation } = decide(input);
    expect(verdict.status).toBe('go-with-changes');
    if ('unavailable' in recommendation) throw new Error(recommendation.unavailable);
    const [small, large] = recommendation.batches as [number, number];
    expect(small).toBe(1);
    expect(large).toBeGreaterThan(1);
    expect(large).toBeLessThan(4000);
    expect(recommendation.changes.map(({ setting }) => setting)).toContain('batch');
  });
});

describe('a check that fails', () => {
  const four = [0, 1, 2, 3].map((index) => gpu(index, 79));
  const failing = (gpus?: number[]) =>
    machine(four, [{ id: 'gpu-ecc', status: 'fail', text: 'ECC errors', action: '', gpus }]);

  it.each<{ of: string; gpus: number[] | undefined; indexes?: number[]; count?: number; status: string }>([
    { of: 'the GPU that the run takes', gpus: [0], status: 'no-go' },
    { of: 'another', gpus: [3], status: 'go' },
    { of: 'one of those asked for', gpus: [3], indexes: [2, 3], count: 2, status: 'no-go' },
    { of: 'one beside those asked for', gpus: [0], indexes: [2, 3], count: 2, status: 'go' },
    { of: 'one of all', gpus: [3], count: 4, status: 'no-go' },
    { of: 'a GPU that CUDA does not see', gpus: [], count: 4, status: 'go' },
    { of: 'the machine as a whole', gpus: undefined, status: 'no-go' },
  ])('of $of: $status', ({ gpus, indexes, count = 1, status }) => {
    const input = inputOf({
      machine: failing(gpus),
      flags: { gpuCount: count },
      ...(indexes && { gpuIndexes: indexes }),
    });
    expect(decide(input).verdict.status).toBe(status);
    const text = status === 'go' ? 'ECC errors (the run does not use it)' : 'ECC errors';
    const told = status === 'go' ? 'look' : 'fail';
    expect(reason(input, 'machine-gpu-ecc')).toMatchObject({ status: told, text });
  });
});
