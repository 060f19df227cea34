import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../src-main/contract/evidence.js';
import type { Gpu } from '../../../src-main/contract/machine.js';
import { holdersOf } from '../../../src-renderer/pages/machine/holders.js';
import { liveGpus } from '../../../src-renderer/pages/machine/live-gpus.js';
import { illH100Machine } from '../../fixtures/sample-machines.js';

const { gpus } = illH100Machine();
const gpu = gpus[1]!;
const GiB = 2 ** 30;

describe('who holds a GPU’s memory', () => {
  it('adds up to what is not free, with what no process is named for at the end', () => {
    const holders = holdersOf(gpu);
    expect(holders.map(({ process }) => process?.pid)).toEqual([4242, undefined]);
    const held = holders.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(held).toBe((gpu.memory.totalBytes as number) - (gpu.memory.freeBytes as number));
  });

  it('has the largest first, and none whose share is not known', () => {
    const processes = [
      { pid: 1, name: unavailable('gone'), usedBytes: GiB },
      { pid: 2, name: 'x', usedBytes: unavailable('not said') },
      { pid: 3, name: 'y', usedBytes: 2 * GiB },
    ];
    const held: Gpu = { ...gpu, processes, memory: { ...gpu.memory, totalBytes: unavailable('not said') } };
    expect(holdersOf(held).map(({ process }) => process?.pid)).toEqual([3, 1]);
  });
});

describe('live readings', () => {
  it('take the place of the GPU that they are of, in whatever order they come', () => {
    const next = { ...gpu, memory: { ...gpu.memory, freeBytes: GiB } };
    const live = { at: '2026-11-25T20:00:00.000Z', gpus: [next, gpus[0]!], hostFreeBytes: 0 };
    const shown = liveGpus(gpus, live);
    expect(shown.map((each) => each.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(shown[1]?.memory.freeBytes).toBe(GiB);
    expect(liveGpus(gpus, null)).toBe(gpus);
  });
});
