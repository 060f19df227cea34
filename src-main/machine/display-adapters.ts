import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Reading, unavailable } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';

/** A display controller on the PCI bus, as Linux's sysfs shows it: no driver and no command is needed for it. */
export interface DisplayAdapter {
  /** e.g. `0000:03:00.0` */
  pciAddress: string;
  vendorId: string;
  deviceId: string;
  vendor: Gpu['vendor'];
  /** Video memory as amdgpu reports it; other drivers have no such file. */
  memory: { totalBytes: Reading<number>; usedBytes: Reading<number> };
}

/** Vendors by PCI id, from the PCI ID Repository. */
const vendors: Readonly<Record<string, Gpu['vendor']>> = {
  '0x10de': 'nvidia',
  '0x1002': 'amd',
  '0x8086': 'intel',
  '0x106b': 'apple',
};

/** Display controllers (PCI class 03) under `root`/sys/bus/pci/devices; empty where there is no such tree. */
export function readDisplayAdapters(root = '/'): DisplayAdapter[] {
  const folder = path.join(root, 'sys/bus/pci/devices');
  return listFolder(folder)
    .sort()
    .flatMap((pciAddress) => {
      const read = (file: string) => readTrimmed(path.join(folder, pciAddress, file));
      if (!read('class')?.startsWith('0x03')) return [];
      const vendorId = read('vendor') ?? '';
      return [
        {
          pciAddress,
          vendorId,
          deviceId: read('device') ?? '',
          vendor: vendors[vendorId] ?? 'other',
          memory: {
            totalBytes: bytesOf(read('mem_info_vram_total')),
            usedBytes: bytesOf(read('mem_info_vram_used')),
          },
        },
      ];
    });
}

/** Whether there is a render node, without which no program reaches a GPU through Vulkan on Linux. */
export function hasRenderNode(root = '/'): boolean {
  return listFolder(path.join(root, 'dev/dri')).some((name) => name.startsWith('renderD'));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readTrimmed(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function bytesOf(text: string | undefined): Reading<number> {
  return text !== undefined && /^\d+$/.test(text)
    ? Number(text)
    : unavailable("this GPU's driver reports no video memory in sysfs");
}
