import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isUnavailable } from '../../../src-main/contract/evidence.js';
import { type GpuDetail, type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { bareRoot, firstNamespace, openStage, type Stage } from './play.js';
import { tree } from './tree.js';

const runnable = compiler !== undefined && process.platform === 'linux';
const refused = (call: string, error: string) => ({ unavailable: `${call}: NVML_ERROR_${error}` });

// Expected values are those that the fixtures in test/fixtures/machines say, in the contract's units.
describe.skipIf(!runnable)('what NVML says of a GPU beyond its memory (needs Linux and a C compiler)', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  const detect = (wanted: Partial<Stage> & { fixture: string }): Machine =>
    machineSchema.parse(stage.play({ library, root: bareRoot(firstNamespace), ...wanted }));
  const detailsOf = (machine: Machine): GpuDetail[] =>
    machine.gpus.map(({ detail }) => {
      if (isUnavailable(detail)) throw new Error(detail.unavailable);
      return detail;
    });

  beforeAll(async () => {
    stage = await openStage();
    library = compileFakeNvml();
  });
  afterAll(() => stage.close());

  it('reads an H100 at work, in the units of the contract', () => {
    const root = tree({
      'sys/bus/pci/devices/0000:19:00.0/numa_node': '-1\n',
      'sys/bus/pci/devices/0000:3b:00.0/numa_node': '1\n',
    });
    const machine = detect({ fixture: 'h100x8.txt', root });
    const details = detailsOf(machine);
    const { nvlinks, ...rest } = details[1]!;
    expect(rest).toEqual({
      generation: 'Hopper',
      reservedBytes: 551 * 2 ** 20,
      utilization: { gpuPercent: 97, memoryPercent: 41 },
      clocks: { smMHz: 1410, memoryMHz: 2619, maxSmMHz: 1980, maxMemoryMHz: 2619 },
      temperatures: { gpuCelsius: 84, slowdownCelsius: 90, shutdownCelsius: 95 },
      power: { drawWatts: 698.4, limitWatts: 700, defaultLimitWatts: 700 },
      performanceState: 'P0',
      throttleReasons: ['software power cap', 'software thermal slowdown'],
      ecc: { enabled: true, corrected: 0, uncorrected: 0 },
      retiredPages: refused('nvmlDeviceGetRetiredPages', 'NOT_SUPPORTED'),
      retiredPagesPending: refused('nvmlDeviceGetRetiredPagesPendingStatus', 'NOT_SUPPORTED'),
      remappedRows: { correctable: 0, uncorrectable: 0, pending: false, failed: false },
      pcie: { generation: 5, width: 16, maxGeneration: 5, maxWidth: 16 },
      mig: { enabled: false, instances: [] },
      persistence: true,
      computeMode: 'default',
      displayAttached: false,
      virtualization: 'none',
      confidentialCompute: false,
      numaNode: 1,
    });
    expect(details[0]!.throttleReasons).toEqual([]); // idle holds nothing down
    expect(details[0]!.numaNode).toEqual({ unavailable: 'the system names no NUMA node for this device' });
    expect(nvlinks).toHaveLength(18);
    expect(Object.values(nvlinks)[9]).toEqual({
      link: 9,
      active: true,
      version: 4,
      bytesPerSecond: 26.562e9,
      peerPciAddress: '00000000:09:00.0',
    });
    const down = Object.values(details[5]!.nvlinks)[17];
    expect(down).toMatchObject({ link: 17, active: false });
    expect(down.bytesPerSecond).toEqual({ unavailable: 'the link is not active' });
    // The ill one: an uncorrected ECC error, a row that waits for its remapping, half of its PCIe lanes.
    expect(details[3]).toMatchObject({
      ecc: { enabled: true, corrected: 12, uncorrected: 1 },
      remappedRows: { correctable: 2, uncorrectable: 1, pending: true, failed: false },
      pcie: { generation: 4, width: 8, maxGeneration: 5, maxWidth: 16 },
    });
  });

  it('reads a busy RTX 4090 beside an idle one', () => {
    const [busy, idle] = detailsOf(detect({ fixture: 'rtx4090x2.txt' }));
    expect(busy).toMatchObject({
      generation: 'Ada',
      utilization: { gpuPercent: 99, memoryPercent: 63 },
      power: { drawWatts: 312.9, limitWatts: 320, defaultLimitWatts: 450 },
      performanceState: 'P2',
      throttleReasons: ['software power cap'],
      ecc: { enabled: false, corrected: refused('nvmlDeviceGetTotalEccErrors', 'NOT_SUPPORTED') },
      displayAttached: true,
      nvlinks: refused('nvmlDeviceGetNvLinkState', 'NOT_SUPPORTED'),
      confidentialCompute: refused('nvmlSystemGetConfComputeState', 'NOT_SUPPORTED'),
    });
    expect(idle).toMatchObject({
      utilization: { gpuPercent: 0, memoryPercent: 2 },
      performanceState: 'P8',
      throttleReasons: [],
      pcie: { generation: 1, maxGeneration: 4 },
      displayAttached: false,
    });
  });

  it('lists the MIG instances that were made, and none of a GPU that is whole', () => {
    const [cut, whole] = detailsOf(detect({ fixture: 'a100-mig.txt' }));
    expect(cut!.generation).toBe('Ampere');
    expect(cut!.mig).toEqual({
      enabled: true,
      instances: [
        {
          name: 'NVIDIA A100-SXM4-40GB MIG 3g.20gb',
          uuid: 'MIG-00000000-aaaa-5555-8888-000000000000',
          memoryBytes: 20_937_965_568,
          freeBytes: 937_965_568,
        },
        {
          name: 'NVIDIA A100-SXM4-40GB MIG 1g.5gb',
          uuid: 'MIG-22222222-aaaa-5555-8888-000000000000',
          memoryBytes: 5_100_273_664,
          freeBytes: 5_086_642_176,
        },
      ],
    });
    expect(whole!.mig).toEqual({ enabled: false, instances: [] }); // on only after a reset
  });

  it('reads a laptop, with every throttle bit in words and numbers that the header does not name', () => {
    const [laptop] = detailsOf(detect({ fixture: 'laptop.txt' }));
    expect(laptop).toMatchObject({
      temperatures: { gpuCelsius: 87, slowdownCelsius: 102, shutdownCelsius: 105 },
      power: {
        drawWatts: 34.81,
        limitWatts: refused('nvmlDeviceGetEnforcedPowerLimit', 'NO_PERMISSION'),
        defaultLimitWatts: refused('nvmlDeviceGetPowerManagementDefaultLimit', 'NOT_SUPPORTED'),
      },
      performanceState: { unavailable: 'the driver does not know the performance state' },
      // 736 = 0x2e0
      throttleReasons: [
        'software thermal slowdown',
        'hardware thermal slowdown',
        'hardware power brake',
        'unknown reason 0x200',
      ],
      ecc: { enabled: refused('nvmlDeviceGetEccMode', 'NOT_SUPPORTED') },
      mig: { enabled: refused('nvmlDeviceGetMigMode', 'NOT_SUPPORTED') },
      computeMode: 'exclusive-process',
      virtualization: { unavailable: 'NVML answers virtualization mode 7, which its header does not name' },
    });
  });

  it('counts retired pages, and falls back to what older drivers have', () => {
    const [recent] = detailsOf(detect({ fixture: 'v100-crowded.txt' }));
    const [old] = detailsOf(detect({ fixture: 'v100-crowded.txt', library: compileFakeNvml('-DOLD') }));
    for (const detail of [recent!, old!]) {
      expect(detail.retiredPages).toBe(3 + 1);
      expect(detail.retiredPagesPending).toBe(true);
      expect(detail.throttleReasons).toEqual(['application clocks are set']);
      // The first by the driver's word, the last by NVLink 2's published rate.
      const speeds = Object.values(detail.nvlinks).map((link) => link.bytesPerSecond);
      expect(speeds).toEqual([25.781e9, 25.781e9, 25e9]);
    }
    expect(recent!.reservedBytes).toBe(200 * 2 ** 20);
    expect(old!.reservedBytes).toEqual({
      unavailable: 'this driver counts what it keeps for itself as used memory',
    });
  });

  it('names every call that a driver refuses, and leaves nothing at 0', () => {
    const { detail } = detect({ fixture: 'not-supported.txt' }).gpus[0]!;
    const leaves: unknown[] = [];
    const walk = (value: unknown) => {
      if (typeof value === 'object' && value !== null && !isUnavailable(value))
        Object.values(value).forEach(walk);
      else leaves.push(value);
    };
    walk(detail);
    expect(leaves.length).toBeGreaterThan(25);
    for (const leaf of leaves) expect(leaf).toHaveProperty('unavailable');
  });
});
