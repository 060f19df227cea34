import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { bareRoot, firstNamespace, openStage } from './play.js';
import { tree } from './tree.js';

const runnable = compiler !== undefined && process.platform === 'linux';
const allOnes = '4294967295';
const cannotBe = (call: string, value: string) => ({
  unavailable: `${call}: the driver answers ${value}, which cannot be`,
});

// GPU 0 has all ones in each field, GPU 1 nothing, GPU 2 figures that contradict each other, GPU 3 an evil process.
describe.skipIf(!runnable)('a driver that answers what cannot be (needs Linux and a C compiler)', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  let machine: Machine;
  const detect = (fixture: string, env: Record<string, string> = {}): Machine =>
    machineSchema.parse(stage.play({ library, root: bareRoot(firstNamespace), fixture, env }));
  const check = (id: string) => machine.checks.find((one) => one.id === id);

  beforeAll(async () => {
    stage = await openStage();
    library = compileFakeNvml();
    machine = detect('odd-values.txt');
  });
  afterAll(() => stage.close());

  it('keeps every GPU, with the reason in place of each such field', () => {
    expect(machine.gpus.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(machine.gpus[0]!.detail).toMatchObject({
      generation: { unavailable: `NVML answers architecture ${allOnes}, which its header does not name` },
      clocks: {
        smMHz: cannotBe('nvmlDeviceGetClockInfo', allOnes),
        maxSmMHz: cannotBe('nvmlDeviceGetMaxClockInfo', allOnes),
      },
      temperatures: { gpuCelsius: cannotBe('nvmlDeviceGetTemperature', allOnes) },
      power: { drawWatts: cannotBe('nvmlDeviceGetPowerUsage', allOnes) },
      ecc: {
        enabled: cannotBe('nvmlDeviceGetEccMode', allOnes),
        uncorrected: cannotBe('nvmlDeviceGetTotalEccErrors', '18446744073709551615'),
      },
      pcie: { width: cannotBe('nvmlDeviceGetCurrPcieLinkWidth', allOnes) },
      mig: { enabled: cannotBe('nvmlDeviceGetMigMode', allOnes) },
      persistence: cannotBe('nvmlDeviceGetPersistenceMode', allOnes),
      displayAttached: cannotBe('nvmlDeviceGetDisplayMode', allOnes),
      confidentialCompute: cannotBe('nvmlSystemGetConfComputeState', allOnes),
    });
    expect(machine.gpus[0]!.processes).toEqual([
      {
        pid: 71,
        name: 'python',
        usedBytes: { unavailable: 'the driver does not say how much this process holds' },
      },
    ]);
  });

  it('takes no 0 for a memory, a limit or a link', () => {
    const memory = {
      unavailable:
        'nvmlDeviceGetMemoryInfo_v2: the driver answers 0 bytes free and 0 used of 0, which cannot be',
    };
    expect(machine.gpus[1]!.memory).toEqual({ totalBytes: memory, freeBytes: memory, usedBytes: memory });
    expect(machine.gpus[1]!.detail).toMatchObject({
      temperatures: { slowdownCelsius: cannotBe('nvmlDeviceGetTemperatureThreshold', '0') },
      power: {
        drawWatts: 0,
        limitWatts: cannotBe('nvmlDeviceGetEnforcedPowerLimit', '0'),
        defaultLimitWatts: cannotBe('nvmlDeviceGetPowerManagementDefaultLimit', '0'),
      },
      pcie: { generation: cannotBe('nvmlDeviceGetCurrPcieLinkGeneration', '0') },
      persistence: false,
    });
  });

  it('counts no more processes and instances than there can be', () => {
    expect(machine.gpus[2]!.processes).toEqual({
      unavailable:
        'nvmlDeviceGetComputeRunningProcesses_v3: the driver answers 4000000000 processes, more than it has room for',
    });
    expect(machine.gpus[2]!.detail).toMatchObject({
      mig: { enabled: true, instances: cannotBe('nvmlDeviceGetMaxMigDeviceCount', allOnes) },
    });
    expect(machine.gpus[2]!.memory.freeBytes).toHaveProperty('unavailable');
  });

  it('takes no process’ name for the GPU’s state, and no empty text for a UUID', () => {
    expect(machine.gpus[3]).toMatchObject({
      uuid: { unavailable: 'nvmlDeviceGetUUID: the driver answers an empty text' },
      runsOpenSora: { ok: true },
      processes: [{ name: 'NVML_ERROR_GPU_IS_LOST', usedBytes: 2 ** 30 }],
    });
  });

  it('lets none of it pass', () => {
    const open = [
      'gpu-free',
      'gpu-temperature',
      'gpu-power-limit',
      'gpu-ecc',
      'pcie-width',
      'pcie-generation',
    ];
    for (const id of [...open, 'gpu-display', 'gpu-confidential', 'gpus-alike', 'nvlink'])
      expect(check(id), id).toMatchObject({ status: 'not-tested' });
  });

  it.each([
    ['answer nvmlDeviceGetCount_v2 4294967295', cannotBe('nvmlDeviceGetCount_v2', allOnes).unavailable],
    ['answer nvmlDeviceGetCount_v2 0', 'NVML lists none'],
  ])('does not go on for ever at %s', (line, reason) => {
    const file = path.join(
      tree({ 'fixture.txt': `driver 550\ncuda 12040\n${line}\ngpu x\n` }),
      'fixture.txt',
    );
    const found = detect('', { FAKE_NVML: file });
    expect(found.gpus).toEqual([]);
    expect(found.checks[0]).toMatchObject({
      id: 'gpu-present',
      status: 'fail',
      text: expect.stringContaining(reason),
    });
  });

  it('is not misled by what a library writes to standard output', () => {
    const noisy = path.join(tree({}), 'noise.cjs');
    writeFileSync(
      noisy,
      'if (process.argv[1].endsWith("nvml-reader.js")) require("node:fs").writeSync(1, "warning, without an end");',
    );
    const found = detect('h100x8.txt', { NODE_OPTIONS: `--require ${noisy}` });
    expect(found.gpus).toHaveLength(8);
  });
});
