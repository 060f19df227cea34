import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src-main/contract/evidence.js';
import { busBandwidth } from '../../../../src-main/probe/rates/all-reduce.js';
import { matrixType } from '../../../../src-main/probe/rates/matrix.js';
import { chooseGpus } from '../../../../src-main/probe/rates/plan.js';
import { copiesPerSample } from '../../../../src-main/probe/rates/timed.js';
import { cutDetail } from '../../../fixtures/sample-gpus.js';
import { gpu } from './stage.js';

const gibi = 2 ** 30;
const memory = (freeBytes: number, usedBytes: number) => ({ totalBytes: 80 * gibi, freeBytes, usedBytes });
const refusalOf = (over: Parameters<typeof gpu>[1], force = false) =>
  chooseGpus([gpu(0, over)], force)[0]!.refusal;

describe('which GPUs are measured', () => {
  it("are NVIDIA's that CUDA may use, in its order", () => {
    const hidden = gpu(null);
    const other = gpu(3, { vendor: 'amd' });
    const chosen = chooseGpus([gpu(2), hidden, other, gpu(0)], false);
    expect(chosen.map((candidate) => candidate.gpu.index)).toEqual([0, 2]);
    expect(chosen.map(({ refusal }) => refusal)).toEqual([null, null]);
  });

  it.each([
    [
      '2 processes',
      { processes: [1, 2].map((pid) => ({ pid, name: 'python', usedBytes: 0 })) },
      /2 processes/,
    ],
    ['memory in use', { memory: memory(70 * gibi, 1.5 * gibi) }, /1\.50 GiB in use/],
    ['what is unknown', { memory: { ...memory(9 * gibi, 0), usedBytes: unavailable('no') } }, /not known/],
  ] as const)('are not busy: %s; with force they are taken', (_name, over, text) => {
    const mutable = structuredClone(over) as Parameters<typeof gpu>[1];
    expect(refusalOf(mutable)).toMatch(text);
    expect(refusalOf(mutable, true)).toBeNull();
  });

  it('may hold a display and have processes that cannot be listed', () => {
    expect(refusalOf({ memory: memory(70 * gibi, gibi), processes: unavailable('a container') })).toBeNull();
  });

  it.each([
    ['short of memory', { memory: memory(1.5 * gibi, 0) }, /^1\.50 GiB of its memory is free, and 2\.00 GiB/],
    ['of unknown memory', { memory: { ...memory(0, 0), freeBytes: unavailable('no') } }, /free is not known/],
    ['cut by MIG', { detail: cutDetail([]) }, /cut by MIG/],
    ['without a UUID', { uuid: unavailable('no') }, /UUID/],
  ] as const)('are none that is %s, forced or not', (_name, over, text) => {
    expect(refusalOf(over)).toMatch(text);
    expect(refusalOf(over, true)).toMatch(text);
  });
});

describe('how rates are counted', () => {
  it('takes as many copies as last 20 ms, and 64 at most', () => {
    expect(copiesPerSample(0.5)).toBe(1);
    expect(copiesPerSample(0.006)).toBe(4);
    expect(copiesPerSample(1e-5)).toBe(64);
    expect(copiesPerSample(0)).toBe(64);
  });

  // PERFORMANCE.md of nccl-tests: busbw = algbw × 2(n-1)/n. Its README's 8 GPUs: 2,420.6 µs for 268,435,456 bytes
  // gave an algbw of 110.90 and a busbw of 194.07 GB/s (stas00/ml-engineering, network).
  it("has an all-reduce's bus bandwidth as nccl-tests has it", () => {
    expect(busBandwidth(268_435_456, 2420.6e-6, 8) / 1e9).toBeCloseTo(194.07, 1);
    expect(busBandwidth(1e9, 1, 2)).toBe(1e9);
  });

  it('multiplies in the type that such a GPU trains in', () => {
    expect(
      ['9.0', '8.0', '7.5', '7.0', '6.1'].map((computeCapability) => matrixType({ computeCapability })),
    ).toEqual(['bf16', 'bf16', 'fp16', 'fp16', 'fp32']);
  });
});
