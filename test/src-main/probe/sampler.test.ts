import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conditions } from '../../../src-main/contract/probe.js';
import type { Sampled } from '../../../src-main/probe/sampler.js';
import { bundle } from '../../native/bundle.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { bareRoot, firstNamespace } from '../machine/play.js';

const skipped = compiler && process.platform === 'linux' ? '' : ' (skipped: needs Linux and a C compiler)';
const gibi = 2 ** 30;

/** A GPU whose process 4242 holds 39 GiB. nvmlClocksEventReasons: 0x1 idle, 0x4 power cap, 0x40 thermal, in hardware. */
const fixture = (more: string) => `driver 550.54.15
cuda 12040
gpu NVIDIA H100 80GB HBM3
uuid GPU-sampled
pci 00000000:19:00.0
cc 9 0
memory 85520809984 577765376 ${40 * gibi}
process 4242 ${39 * gibi} python
answer nvmlDeviceGetPowerUsage 612345
answer nvmlDeviceGetClockInfo:1 1755
answer nvmlDeviceGetClockInfo:2 2619
answer nvmlDeviceGetTemperature:0 64
answer nvmlDeviceGetCurrPcieLinkGeneration 5
${more}`;

describe.skipIf(skipped)(`the sampler of a GPU${skipped}`, () => {
  let script: string;
  let library: string;
  beforeAll(async () => {
    script = await bundle(path.join(import.meta.dirname, 'sampler-child.ts'));
    library = compileFakeNvml();
  });
  afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

  function play(more: string, milliseconds: number): { sampled: Sampled; ownShare: number } {
    const file = path.join(library, 'machine.txt');
    writeFileSync(file, fixture(more));
    const args = [script, 'GPU-sampled', String(milliseconds), bareRoot(firstNamespace)];
    const env = { ...process.env, LD_LIBRARY_PATH: library, FAKE_NVML: file };
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }));
  }

  it('reads memory, power, clock, heat and what holds the clocks down, without idle', () => {
    const { sampled } = play('answer nvmlDeviceGetCurrentClocksEventReasons 69\n', 300); // 0x45
    expect(sampled).toEqual({
      peaks: { deviceBytes: 39 * gibi, gpuUsedBytes: 40 * gibi },
      conditions: {
        powerWatts: 612.345,
        smMHz: 1755,
        gpuCelsius: 64,
        throttleReasons: ['software power cap', 'hardware thermal slowdown'],
        pcieGeneration: 5,
      },
    });
  });

  it('says what the driver does not, and samples the rest', () => {
    const { sampled } = play('error nvmlDeviceGetPowerUsage 3\n', 100);
    const conditions = sampled.conditions as Conditions;
    expect(conditions.powerWatts).toEqual({
      unavailable: 'nvmlDeviceGetPowerUsage: NVML_ERROR_NOT_SUPPORTED',
    });
    expect(conditions.throttleReasons).toMatchObject({
      unavailable: expect.stringContaining('NOT_SUPPORTED'),
    });
    expect(conditions.smMHz).toBe(1755);
    expect(sampled.peaks.gpuUsedBytes).toBe(40 * gibi);
  });

  it('keeps what it saw of a GPU that is lost', () => {
    const { sampled } = play('lost nvmlDeviceGetTemperature\n', 200);
    expect(sampled.peaks).toEqual({ deviceBytes: 39 * gibi, gpuUsedBytes: 40 * gibi });
    const conditions = sampled.conditions as Conditions;
    expect(conditions.powerWatts).toBe(612.345);
    expect(conditions.gpuCelsius).toEqual({
      unavailable: 'nvmlDeviceGetTemperature: NVML_ERROR_GPU_IS_LOST',
    });
  });

  // Issue 5 asks for under 1 %: 0.5 % was measured beside an empty timer's own 2 to 3 % on a loaded virtual machine,
  // which is noisy: here it must not have become dear.
  it('costs little of one core at 200 Hz', () => {
    const { ownShare } = play('answer nvmlDeviceGetCurrentClocksEventReasons 1\n', 3000);
    expect(ownShare).toBeLessThan(0.05);
  });
});
