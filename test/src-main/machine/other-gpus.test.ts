import { describe, expect, it } from 'vitest';
import { gpuSchema } from '../../../src-main/contract/machine.js';
import { hasRenderNode, readDisplayAdapters } from '../../../src-main/machine/display-adapters.js';
import { fromAdapter, fromController, readOtherGpus } from '../../../src-main/machine/other-gpus.js';
import { tree } from './tree.js';

const device = (address: string, files: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`sys/bus/pci/devices/${address}/${name}`, `${text}\n`]),
  );
const radeon = device('0000:03:00.0', {
  class: '0x030000',
  vendor: '0x1002',
  device: '0x73bf',
  mem_info_vram_total: '17163091968',
  mem_info_vram_used: '1163091968',
});
const aspeed = device('0000:02:00.0', { class: '0x030000', vendor: '0x1a03', device: '0x2000' });
const network = device('0000:01:00.0', { class: '0x020000', vendor: '0x8086', device: '0x1572' });
const h100 = device('0000:19:00.0', { class: '0x030200', vendor: '0x10de', device: '0x2330' });

describe('GPUs beside NVML', () => {
  it("reads AMD's memory from sysfs and its name from systeminformation", () => {
    const [adapter] = readDisplayAdapters(tree({ ...radeon, ...network }));
    const controller = {
      vendor: 'AMD',
      model: 'Navi 21',
      busAddress: '03:00.0',
      vram: 256,
      vramDynamic: false,
    };
    const gpu = gpuSchema.parse(fromAdapter(adapter!, [controller]));
    expect(gpu).toMatchObject({
      index: null,
      vendor: 'amd',
      name: 'Navi 21',
      pciAddress: '0000:03:00.0',
      memory: { totalBytes: 17_163_091_968, freeBytes: 16_000_000_000, usedBytes: 1_163_091_968 },
      runsOpenSora: { ok: false },
    });
    expect(gpu.runsOpenSora.reason).toContain('AMD');
    expect(fromAdapter(adapter!, []).name).toBe('AMD display adapter 1002:73bf');
  });

  it.skipIf(process.platform !== 'linux')(
    "calls a server's display chip other, and starts no command for it",
    async () => {
      const gpus = await readOtherGpus(tree({ ...aspeed, ...h100 }), 0);
      expect(gpus.map(({ vendor, name }) => [vendor, name])).toEqual([
        ['other', 'display adapter 1a03:2000'],
        ['nvidia', 'NVIDIA display adapter 10de:2330'],
      ]);
      expect(gpus[1]!.memory.freeBytes).toHaveProperty('unavailable');
      expect(gpus[1]!.uuid).toEqual({
        unavailable: 'NVML does not show this GPU: is the NVIDIA driver installed and running?',
      });
    },
  );

  it('knows makers by whole words, and a virtual adapter by having none', () => {
    const vendorOf = (vendor: string, model: string) =>
      fromController({ vendor, model, busAddress: '', vram: null, vramDynamic: false }).vendor;
    expect(vendorOf('Intel Corporation', 'UHD Graphics 770')).toBe('intel');
    expect(vendorOf('Advanced Micro Devices, Inc.', 'Radeon RX 7900 XTX')).toBe('amd');
    expect(vendorOf('NVIDIA', 'GeForce RTX 4090')).toBe('nvidia');
    expect(vendorOf('Apple', 'Apple M3 Max')).toBe('apple');
    expect(vendorOf('Microsoft Corporation', 'Microsoft Basic Render Driver')).toBe('other');
    expect(vendorOf('', 'NVIDIA-like virtual display')).toBe('other');
  });

  it('never gives 0 for memory that was not read', () => {
    const apple = { vendor: 'Apple', model: 'Apple M3 Max', busAddress: '', vram: null, vramDynamic: true };
    expect(gpuSchema.parse(fromController(apple)).memory.totalBytes).toEqual({
      unavailable: "the GPU shares the host's memory",
    });
    const arc = {
      vendor: 'Intel Corporation',
      model: 'Arc A770',
      busAddress: '',
      vram: 16_384,
      vramDynamic: false,
    };
    expect(fromController(arc).memory.totalBytes).toBe(17_179_869_184);
    expect(fromController(arc).memory.freeBytes).toHaveProperty('unavailable');
  });

  it('finds render nodes', () => {
    expect(hasRenderNode(tree({ 'dev/dri/card0': '', 'dev/dri/renderD128': '' }))).toBe(true);
    expect(hasRenderNode(tree({ 'dev/dri/card0': '' }))).toBe(false);
    expect(hasRenderNode(tree({}))).toBe(false);
  });
});
