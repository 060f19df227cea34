import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Conditions } from '../../../src-main/contract/probe.js';
import { openSampler, type Sampler } from '../../../src-main/probe/sampler.js';
import { bundle } from '../../native/bundle.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { builtMain } from '../../support/built.js';
import { isAlive, until } from '../../support/processes.js';
import { samplersOf } from '../../support/samplers.js';
import { bareRoot, containerNamespace, firstNamespace } from '../machine/play.js';

const skipped = compiler && process.platform === 'linux' ? '' : ' (skipped: needs Linux and a C compiler)';
const gibi = 2 ** 30;
const root = bareRoot(firstNamespace);

/** A GPU whose process 4242 holds 39 GiB. nvmlClocksEventReasons: 0x1 idle, 0x4 power cap, 0x40 thermal, in hardware. */
const fixture = (gpu: string, machine: string) => `driver 550.54.15
cuda 12040
${machine}
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
${gpu}`;

describe.skipIf(skipped)(`the sampler of a GPU${skipped}`, () => {
  let library: string;
  beforeAll(async () => {
    await builtMain();
    library = compileFakeNvml();
    vi.stubEnv('LD_LIBRARY_PATH', library);
  });
  afterAll(() => vi.unstubAllEnvs());

  let opened: Sampler[] = [];
  // Whatever happened to it, no process may be left.
  afterEach(async () => {
    for (const sampler of opened) sampler.close();
    opened = [];
    await until('the sampler is gone', () => samplersOf().length === 0, 2000);
  });

  function stage(gpu: string, machine = ''): void {
    const file = path.join(library, 'machine.txt');
    writeFileSync(file, fixture(gpu, machine));
    vi.stubEnv('FAKE_NVML', file);
  }

  const impatient = { openMs: 3000, answerMs: 1000 };
  function open(uuid = 'GPU-sampled', files = root): Sampler {
    const sampler = openSampler(uuid, files, impatient);
    opened.push(sampler);
    return sampler;
  }

  /** Samples as a probe has it sampled, timed from the start on. */
  async function sample(sampler: Sampler, milliseconds: number) {
    await sampler.gpuUsedNow();
    sampler.start(4242);
    sampler.timing(true);
    await wait(milliseconds);
    sampler.timing(false);
    return sampler.stop();
  }

  async function played(gpu: string, milliseconds: number) {
    stage(gpu);
    return sample(open(), milliseconds);
  }

  it('reads memory, power, clock, heat and what holds the clocks down, without idle', async () => {
    expect(await played('answer nvmlDeviceGetCurrentClocksEventReasons 69\n', 300)).toEqual({
      peaks: { deviceBytes: 39 * gibi, gpuUsedBytes: 40 * gibi },
      conditions: {
        powerWatts: 612.345,
        smMHz: 1755,
        gpuCelsius: 64,
        throttleReasons: ['software power cap', 'hardware thermal slowdown'], // 69 is 0x45
        pcieGeneration: 5,
      },
    });
  });

  it('keeps a peak of one sample, and forgets it with the next probe', async () => {
    stage(`peak 30 ${77 * gibi}\n`);
    const sampler = open();
    const [first, second] = [await sample(sampler, 500), await sample(sampler, 100)];
    expect([first, second].map(({ peaks }) => peaks.gpuUsedBytes)).toEqual([77 * gibi, 40 * gibi]);
  });

  it('says what the driver does not, and samples the rest', async () => {
    const { peaks, conditions } = await played('error nvmlDeviceGetPowerUsage 3\n', 200);
    const { powerWatts, throttleReasons, smMHz } = conditions as Conditions;
    expect(powerWatts).toEqual({ unavailable: 'nvmlDeviceGetPowerUsage: NVML_ERROR_NOT_SUPPORTED' });
    expect(throttleReasons).toMatchObject({ unavailable: expect.stringContaining('NOT_SUPPORTED') });
    expect(smMHz).toBe(1755);
    expect(peaks.gpuUsedBytes).toBe(40 * gibi);
  });

  it('keeps what it saw of a GPU that is lost', async () => {
    const { peaks, conditions } = await played('lost nvmlDeviceGetTemperature\n', 300);
    expect(peaks).toEqual({ deviceBytes: 39 * gibi, gpuUsedBytes: 40 * gibi });
    const { powerWatts, gpuCelsius } = conditions as Conditions;
    expect(powerWatts).toBe(612.345);
    expect(gpuCelsius).toEqual({ unavailable: 'nvmlDeviceGetTemperature: NVML_ERROR_GPU_IS_LOST' });
  });

  it('takes no process for the one that is measured in a container, where ids are others', async () => {
    stage('');
    const { peaks } = await sample(open('GPU-sampled', bareRoot(containerNamespace)), 100);
    expect(peaks).toMatchObject({ deviceBytes: { unavailable: expect.stringContaining('container') } });
  });

  // The deed of the driver, when, and why there is nothing then.
  const badEnds = [
    ['hang', '', 'hang nvmlInit_v2', 'NVML did not answer within 3 s'],
    ['hang', 'hang nvmlDeviceGetTemperature', '', 'NVML did not answer within 1 s'],
    ['crash', 'crash nvmlDeviceGetTemperature', '', 'NVML ended its process by SIGSEGV'],
    ['refusal', '', 'error nvmlInit_v2 9', 'nvmlInit_v2: NVML_ERROR_DRIVER_NOT_LOADED'],
  ] as const;
  it.each(badEnds)(
    'ends a %s (%s%s) as unavailable, then and later',
    async (_, gpu, machine, unavailable) => {
      stage(`${gpu}\n`, machine);
      const sampler = open();
      const nothing = { peaks: { deviceBytes: { unavailable }, gpuUsedBytes: { unavailable } } };
      expect(await sample(sampler, 300)).toEqual({ ...nothing, conditions: { unavailable } });
      expect(await sampler.gpuUsedNow()).toEqual({ unavailable });
      expect(await sample(sampler, 0)).toMatchObject(nothing);
      await until('it is gone before it is closed', () => samplersOf().length === 0, 2000);
      sampler.close();
    },
  );

  it('says so where there is no such GPU', async () => {
    stage('');
    expect(await open('GPU-another').gpuUsedNow()).toEqual({
      unavailable: 'nvmlDeviceGetHandleByUUID: NVML_ERROR_NOT_FOUND',
    });
  });

  it('ends with its parent, also where the driver hangs', async () => {
    const script = await bundle(path.join(import.meta.dirname, 'sampler-child.ts'), {
      'gpu-sampler.js': path.resolve(import.meta.dirname, '../../../src-main/probe/sampler-process.ts'),
    });
    stage('hang nvmlDeviceGetTemperature\n');
    const child = spawn(process.execPath, [script, 'GPU-sampled', root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await wait(200);
    const [pid] = samplersOf(child.pid);
    expect(pid).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await until('the sampler is gone', () => !isAlive(pid!), 2000);
    rmSync(path.dirname(script), { recursive: true, force: true });
  });
});
