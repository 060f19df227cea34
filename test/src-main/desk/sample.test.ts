import { describe, expect, it } from 'vitest';
import type { Live } from '../../../src-main/contract/channels.js';
import type { Gpu } from '../../../src-main/contract/machine.js';
import { sampleOf } from '../../../src-main/desk/sample.js';
import { dryRunReport } from '../../fixtures/dry-run-reports.js';
import { goReport } from '../../fixtures/reports.js';

const { machine } = goReport();
const gpu = machine.gpus[0]!;
const live = (gpus: Gpu[], hostFreeBytes = 0): Live => ({
  at: '2026-11-25T12:00:00.000Z',
  gpus,
  hostFreeBytes,
});

describe('a sample of a run', () => {
  it('is of the GPU that is measured on, and of no other', () => {
    const other: Gpu = { ...gpu, index: 1, memory: { ...gpu.memory, usedBytes: 1 } };
    const now: Gpu = { ...gpu, index: 0, memory: { ...gpu.memory, usedBytes: 77 } };
    expect(sampleOf(live([other, now]), 3, machine, gpu)).toMatchObject({ seconds: 3, usedBytes: 77 });
  });

  it('says why nothing is known of a GPU that is not listed, or not read', () => {
    const missing = { unavailable: 'the GPU is not listed now' };
    expect(sampleOf(live([]), 3, machine, gpu)).toMatchObject({ usedBytes: missing, powerWatts: missing });
    const detail = { unavailable: 'NVML did not answer' };
    expect(sampleOf(live([{ ...gpu, detail }]), 3, machine, gpu)).toMatchObject({
      usedBytes: gpu.memory.usedBytes,
      powerWatts: detail,
      smMHz: detail,
      gpuCelsius: detail,
    });
  });

  it("is of the host's memory where there is no such GPU, under a cgroup's limit of what that leaves", () => {
    const { machine: dry } = dryRunReport();
    const { totalBytes } = dry.host.memory;
    expect(sampleOf(live([], totalBytes - 5), 1, dry, null)).toMatchObject({ usedBytes: 5 });
    const limited = { ...dry, host: { ...dry.host, memory: { ...dry.host.memory, cgroupLimitBytes: 100 } } };
    expect(sampleOf(live([], 40), 1, limited, null)).toMatchObject({ usedBytes: 60 });
  });
});
