import { describe, expect, it } from 'vitest';
import { disagreementSchema } from '../../../src-main/contract/machine.js';
import {
  disagreementsBetween,
  type GpuSource,
  type SeenGpu,
  systemSource,
} from '../../../src-main/machine/disagreements.js';
import { fromAdapter } from '../../../src-main/machine/other-gpus.js';

const gibi = 2 ** 30;
const none = { unavailable: 'not in this test' };
const h100 = (pciAddress: SeenGpu['pciAddress'], more: Partial<SeenGpu> = {}): SeenGpu => ({
  pciAddress,
  name: 'NVIDIA H100 80GB HBM3',
  totalBytes: 80 * gibi,
  ...more,
});
const nvml = (...gpus: SeenGpu[]): GpuSource => ({ name: 'NVML', gpus });
const cuda = (...gpus: SeenGpu[]): GpuSource => ({ name: 'CUDA', gpus });

describe('sources that disagree', () => {
  it('agree on the same GPUs in another order, spelling and share of the memory', () => {
    const first = nvml(h100('00000000:1A:00.0'), h100('00000000:3B:00.0'));
    const second = cuda(
      h100('0000:3b:00.0', { name: 'H100', totalBytes: 79.2 * gibi }),
      h100('1a:00.0', { name: 'GH100 [H100 SXM5 80GB]', totalBytes: none }),
    );
    expect(disagreementsBetween(first, second)).toEqual([]);
    expect(disagreementsBetween(nvml(), cuda())).toEqual([]);
  });

  it('say which GPUs each lists', () => {
    const first = nvml(h100('00000000:1A:00.0'));
    const second = cuda(h100('0000:1a:00.0'), h100('0000:3b:00.0'));
    expect(disagreementsBetween(first, second).map((said) => disagreementSchema.parse(said))).toEqual([
      {
        about: 'which NVIDIA GPUs there are',
        sources: { NVML: '1 (0000:1a:00.0)', CUDA: '2 (0000:1a:00.0, 0000:3b:00.0)' },
      },
    ]);
    expect(disagreementsBetween(first, cuda())[0]!.sources).toEqual({
      NVML: '1 (0000:1a:00.0)',
      CUDA: 'none',
    });
    expect(disagreementsBetween(first, cuda(h100('0000:3b:00.0')))).toHaveLength(1);
    // A second domain is another place.
    expect(disagreementsBetween(first, cuda(h100('0001:1a:00.0')))).toHaveLength(1);
  });

  it('are held against each other by number where one names no places', () => {
    const [placed, unplaced] = [h100('00000000:1A:00.0'), h100(none)];
    expect(disagreementsBetween(nvml(placed, placed), cuda(unplaced, unplaced))).toEqual([]);
    expect(disagreementsBetween(nvml(placed, placed), cuda(unplaced))[0]!.sources).toMatchObject({
      CUDA: '1',
    });
    const other = h100(none, { name: 'NVIDIA H200', totalBytes: 141 * gibi });
    expect(disagreementsBetween(nvml(placed), cuda(other)).map(({ about }) => about)).toEqual([
      'the name of the GPU at 00000000:1A:00.0',
      'the memory of the GPU at 00000000:1A:00.0',
    ]);
  });

  it('say what each has for a name and for the memory', () => {
    const first = nvml(h100('00000000:1A:00.0'));
    const second = cuda(h100('0000:1a:00.0', { name: 'NVIDIA A100-SXM4-40GB', totalBytes: 40 * gibi }));
    expect(disagreementsBetween(first, second).map(({ sources }) => sources)).toEqual([
      { NVML: 'NVIDIA H100 80GB HBM3', CUDA: 'NVIDIA A100-SXM4-40GB' },
      { NVML: '80.0 GiB', CUDA: '40.0 GiB' },
    ]);
  });
});

describe("the system's own list", () => {
  const adapter = (pciAddress: string, vendor: 'nvidia' | 'amd') =>
    fromAdapter(
      {
        pciAddress,
        vendor,
        vendorId: '0x10de',
        deviceId: '0x2330',
        memory: { totalBytes: none, usedBytes: none },
      },
      [],
    );
  const others = [adapter('0000:1a:00.0', 'nvidia'), adapter('0000:03:00.0', 'amd')];

  it.skipIf(process.platform !== 'linux')('is the bus, whose names are not those of a product', () => {
    const bus = systemSource(others, 'none')!;
    expect(bus.gpus.map(({ pciAddress }) => pciAddress)).toEqual(['0000:1a:00.0']);
    expect(disagreementsBetween(nvml(h100('00000000:1A:00.0')), bus)).toEqual([]);
    expect(disagreementsBetween(nvml(), bus)[0]!.sources).toEqual({
      NVML: 'none',
      'the PCI bus': '1 (0000:1a:00.0)',
    });
  });

  it('is not held against NVML in a container, or where it knows no NVIDIA GPU', () => {
    expect(systemSource(others.slice(1), 'none')).toBeUndefined();
    expect(systemSource(others, 'docker')).toBeUndefined();
    expect(systemSource(others, { unavailable: 'not read' })).toBeDefined();
  });
});
