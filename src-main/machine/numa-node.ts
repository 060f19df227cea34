import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';

/**
 * The NUMA node that a PCI device is attached to: Linux's sysfs (Documentation/ABI/testing/sysfs-bus-pci).
 * @param address as NVML writes it, with a domain of eight digits where sysfs has four
 * @param root where Linux's files lie
 */
export function readNumaNode(address: Reading<string>, root = '/'): Reading<number> {
  if (process.platform !== 'linux') return unavailable('read on Linux alone');
  if (isUnavailable(address)) return address;
  const parts = /^([0-9a-f]{4,8})(:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(address);
  if (!parts) return unavailable('the PCI address is not of the usual form');
  const domain = Number.parseInt(parts[1]!, 16).toString(16).padStart(4, '0');
  const file = path.join(root, 'sys/bus/pci/devices', `${domain}${parts[2]!.toLowerCase()}`, 'numa_node');
  try {
    const node = Number.parseInt(readFileSync(file, 'utf8'), 10);
    if (node >= 0) return node;
    // -1: one node, or a firmware that does not say.
    return unavailable('the system names no NUMA node for this device');
  } catch {
    return unavailable('sysfs has no NUMA node for this device');
  }
}
