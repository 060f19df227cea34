import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import * as layout from '../../../src-main/machine/nvml-layout.js';
import { compile, compileFakeNvml, compiler } from '../../native/compile.js';
import { bareRoot, containerNamespace, firstNamespace, openStage, type Stage } from './play.js';

const mebi = 2 ** 20;
const gibi = 2 ** 30;
const reason = compiler
  ? process.platform === 'linux'
    ? ''
    : ' (skipped: not Linux)'
  : ' (skipped: no C compiler)';

describe.skipIf(reason !== '')(`NVML against a library that plays machines${reason}`, () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  let root: string;
  const detect = (wanted: Partial<Stage> & { fixture: string }): Machine =>
    machineSchema.parse(stage.play({ library, root, ...wanted }));
  const check = (machine: Machine, id: string) => machine.checks.find((candidate) => candidate.id === id);

  beforeAll(async () => {
    stage = await openStage();
    library = compileFakeNvml();
    root = bareRoot(firstNamespace);
  });
  afterAll(() => stage.close());

  it('lays structures out as the published header does', () => {
    const text = execFileSync(compile('nvml-layout.c', 'layout'), { encoding: 'utf8' });
    const { memoryV1, memoryV2, processV1, processV2, processV2Protected, pciInfoV3 } = layout;
    const { utilization, fieldValue, confComputeState } = layout;
    expect({
      ...{ memoryV1, memoryV2, processV1, processV2, processV2Protected, pciInfoV3 },
      ...{ utilization, fieldValue, confComputeState },
    }).toEqual(JSON.parse(text));
    expect(layout.memoryV2Version).toBe(33_554_472); // nvmlMemory_v2 in NVIDIA's nvidia-ml-py
  });

  it('reads eight H100s, three of them busy', () => {
    const machine = detect({ fixture: 'h100x8.txt' });
    expect(machine.gpus).toHaveLength(8);
    expect({ ...machine.gpus[1], detail: 'below' }).toEqual({
      index: 1,
      vendor: 'nvidia',
      name: 'NVIDIA H100 80GB HBM3',
      uuid: 'GPU-00000001-1111-2222-3333-444444444444',
      pciAddress: '00000000:3B:00.0',
      computeCapability: '9.0',
      // 81559 MiB, of which the driver keeps 551 MiB
      memory: {
        totalBytes: 81_559 * mebi,
        freeBytes: (81_559 - 551) * mebi - 40 * gibi,
        usedBytes: 40 * gibi,
      },
      processes: [{ pid: 4242, name: '/opt/conda/bin/python3.10', usedBytes: 39 * gibi }],
      driverVersion: '550.54.15',
      cudaVersion: '12.4',
      detail: 'below',
      runsOpenSora: { ok: true, reason: 'bf16 and FlashAttention are there' },
    });
    expect(machine.gpus[0]!.processes).toEqual([]);
    expect(machine.gpus.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(check(machine, 'gpu-present')).toMatchObject({ status: 'pass' });
    expect(check(machine, 'gpu-present')!.text).toContain('8 × NVIDIA H100 80GB HBM3');
    const busy = check(machine, 'gpu-busy')!;
    expect(busy.status).toBe('look');
    expect(busy.text).toContain(
      'GPU 1 (NVIDIA H100 80GB HBM3): pid 4242 (/opt/conda/bin/python3.10) holds 39.0 GiB',
    );
    expect(busy.text).toContain('pid 5001 (python) holds 4.00 GiB, pid 5002 (python) holds 6.00 GiB');
    expect(busy.text).toContain('GPU 6 (NVIDIA H100 80GB HBM3): 1.50 GiB in use, by whom is not known');
    expect(busy.text).not.toContain('GPU 0');
    expect(check(machine, 'cuda-driver')).toMatchObject({
      status: 'pass',
      text: 'Driver 550.54.15 runs CUDA 12.4',
    });
  });

  it('reads two RTX 4090s, of which the environment hides the busy one', () => {
    const machine = detect({ fixture: 'rtx4090x2.txt', env: { CUDA_VISIBLE_DEVICES: 'GPU-bbbb' } });
    expect(machine.gpus.map(({ index }) => index)).toEqual([null, 0]);
    expect(machine.gpus[0]!.processes).toEqual([
      { pid: 777, name: 'blender', usedBytes: 12 * gibi - 256 * mebi },
    ]);
    expect(check(machine, 'gpu-visible')).toMatchObject({
      status: 'look',
      text: 'CUDA_VISIBLE_DEVICES hides 1 of 2 NVIDIA GPUs',
    });
  });

  it('names each call that the driver does not support, and never answers 0 for it', () => {
    const machine = detect({ fixture: 'not-supported.txt' });
    const [first, second, gone] = machine.gpus;
    const missing = { unavailable: 'nvmlDeviceGetMemoryInfo: NVML_ERROR_NOT_SUPPORTED' };
    expect(first!.memory).toEqual({ totalBytes: missing, freeBytes: missing, usedBytes: missing });
    expect(first!.pciAddress).toEqual({ unavailable: 'nvmlDeviceGetPciInfo_v3: NVML_ERROR_NOT_SUPPORTED' });
    expect(first!.cudaVersion).toEqual({
      unavailable: 'nvmlSystemGetCudaDriverVersion_v2: NVML_ERROR_NOT_SUPPORTED',
    });
    expect(first!.driverVersion).toBe('470.223.02');
    expect(first!.processes).toEqual([
      {
        pid: 31,
        name: { unavailable: 'nvmlSystemGetProcessName: NVML_ERROR_NO_PERMISSION' },
        usedBytes: { unavailable: 'the driver does not say how much this process holds' },
      },
    ]);
    expect(second!.uuid).toEqual({ unavailable: 'nvmlDeviceGetUUID: NVML_ERROR_NOT_SUPPORTED' });
    expect(second!.processes).toEqual({
      unavailable: 'nvmlDeviceGetComputeRunningProcesses_v3: NVML_ERROR_NOT_SUPPORTED',
    });
    expect(second!.memory.freeBytes).toBe(10 * gibi);
    expect(gone).toMatchObject({ index: null, name: 'NVIDIA GPU 2', runsOpenSora: { ok: false } });
    expect(gone!.uuid).toEqual({ unavailable: 'nvmlDeviceGetHandleByIndex_v2: NVML_ERROR_GPU_IS_LOST' });
    expect(check(machine, 'cuda-driver')).toMatchObject({ status: 'not-tested' });
  });

  it('falls back to the old entry points, and reads the longer entries of the first 535 drivers', () => {
    const seventy = Array.from({ length: 70 }, (_, index) => ({
      pid: 1000 + index,
      name: `worker ${index}`,
      usedBytes: 2 * mebi,
    }));
    const recent = detect({ fixture: 'v100-crowded.txt' }).gpus[0]!;
    const longer = detect({ fixture: 'v100-crowded.txt', library: compileFakeNvml('-DPROTECTED') }).gpus[0]!;
    const old = detect({ fixture: 'v100-crowded.txt', library: compileFakeNvml('-DOLD') }).gpus[0]!;
    expect(recent.processes).toEqual(seventy);
    expect(longer.processes).toEqual(seventy);
    expect(old.processes).toEqual(seventy);
    expect(recent.memory.usedBytes).toBe(140 * mebi);
    expect(old.memory.usedBytes).toBe(340 * mebi); // with the 200 MiB that the driver keeps
    expect(recent.runsOpenSora).toEqual({
      ok: true,
      reason: 'v1.x in fp16 alone: no bf16 and no FlashAttention, which v2.0 requires',
    });
  });

  it('does not take the process ids of another namespace for its own', () => {
    const machine = detect({ fixture: 'h100x8.txt', root: bareRoot(containerNamespace) });
    const foreign = { unavailable: "in a container, NVML's process ids are the host's, not those seen here" };
    expect(machine.gpus[1]!.processes).toEqual(foreign);
    expect(machine.gpus[1]!.memory.usedBytes).toBe(40 * gibi);
    expect(check(machine, 'container')).toMatchObject({ status: 'look', text: foreign.unavailable });
    expect(check(machine, 'gpu-busy')!.text).toContain('40.0 GiB in use, by whom is not known');
  });

  it.skipIf(existsSync('/proc/driver/nvidia'))('says why where there is no library at all', () => {
    const machine = detect({
      fixture: 'h100x8.txt',
      library: mkdtempSync(path.join(tmpdir(), 'preflight-none-')),
    });
    expect(machine.gpus).toEqual([]);
    expect(check(machine, 'gpu-present')!.status).toBe('fail');
    expect(check(machine, 'gpu-present')!.text).toMatch(
      /NVML is not there: libnvidia-ml\.so\.1: .*No such file/,
    );
    expect(check(machine, 'gpu-busy')).toBeUndefined();
  });

  it('says why where the library is broken', () => {
    const broken = mkdtempSync(path.join(tmpdir(), 'preflight-broken-'));
    writeFileSync(path.join(broken, 'libnvidia-ml.so.1'), 'not a library');
    const machine = detect({ fixture: 'h100x8.txt', library: broken });
    expect(machine.gpus).toEqual([]);
    expect(check(machine, 'gpu-present')!.text).toMatch(
      /NVML is not there: libnvidia-ml\.so\.1: .*(too short|header)/,
    );
  });

  it('says why where the driver is not loaded', () => {
    expect(detect({ fixture: 'no-driver.txt' }).checks[0]!.text).toContain(
      'nvmlInit_v2: NVML_ERROR_DRIVER_NOT_LOADED',
    );
  });

  it('samples one GPU by its UUID', () => {
    const sample = 'GPU-00000001-1111-2222-3333-444444444444';
    const read = {
      gpuUsedBytes: 40 * gibi,
      holder: 39 * gibi,
      absent: { unavailable: 'the driver lists no process 1 on this GPU' },
    };
    expect(stage.play({ library, root, fixture: 'h100x8.txt', sample })).toEqual([read, read]);
    expect(stage.play({ library, root, fixture: 'h100x8.txt', sample: 'GPU-nowhere' })).toEqual({
      unavailable: 'nvmlDeviceGetHandleByUUID: NVML_ERROR_NOT_FOUND',
    });
  });
});
