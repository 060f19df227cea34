import { isUnavailable, known, type Reading } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import { processMemory } from '../contract/process-memory.js';
import type { Environment } from './cuda-folders.js';

/** What CUDA's numbering depends on. */
export interface VisibleCandidate {
  name: string;
  uuid: Reading<string>;
  pciAddress: Reading<string>;
}

export interface CudaVisibility {
  /** For each device given, its ordinal in CUDA; null where it is hidden, or where that cannot be known. */
  ordinals: (number | null)[];
  /** Why ordinals cannot be known, or may differ from another program's; empty where they are certain. */
  doubt: string;
}

/**
 * Which NVIDIA GPUs CUDA shows to a process with this environment, and as which ordinal: NVIDIA's CUDA Programming
 * Guide, "CUDA Environment Variables". A list ends at its first invalid entry; an empty one hides all; a UUID may be
 * shortened. Without CUDA_DEVICE_ORDER=PCI_BUS_ID the order is "fastest first", which is the PCI order only among equals.
 */
export function cudaVisibility(devices: readonly VisibleCandidate[], env: Environment): CudaVisibility {
  const inPciOrder = pciOrder(devices);
  const orderKnown =
    env.CUDA_DEVICE_ORDER === 'PCI_BUS_ID' || new Set(devices.map(({ name }) => name)).size < 2;
  const list = env.CUDA_VISIBLE_DEVICES;
  if (list === undefined) {
    const doubt = orderKnown
      ? ''
      : 'the GPUs differ, so CUDA numbers them fastest first unless CUDA_DEVICE_ORDER=PCI_BUS_ID is set; the numbers here are in PCI order';
    return { ordinals: devices.map((_, index) => inPciOrder.indexOf(index)), doubt };
  }
  const unknown = (doubt: string) => ({ ordinals: devices.map(() => null), doubt });
  const shown: number[] = [];
  for (const entry of list.split(',').map((part) => part.trim())) {
    if (entry.startsWith('MIG-'))
      return unknown(
        'CUDA_VISIBLE_DEVICES names a MIG instance, which is not followed here: unset it, and of a GPU that MIG cuts the instance with the most free memory is taken',
      );
    const isIndex = /^\d+$/.test(entry);
    if (isIndex && !orderKnown && Number(entry) < devices.length) {
      return unknown(
        'CUDA_VISIBLE_DEVICES gives indices among GPUs that differ, and which they mean depends on CUDA_DEVICE_ORDER, which is not PCI_BUS_ID',
      );
    }
    if (entry.startsWith('GPU-') && devices.some(({ uuid }) => isUnavailable(uuid)))
      return unknown('CUDA_VISIBLE_DEVICES names GPUs by UUID, and not all of these could be read');
    const device = isIndex ? inPciOrder[Number(entry)] : byUuid(devices, entry);
    if (device === undefined) break;
    if (shown.includes(device)) return unknown('CUDA_VISIBLE_DEVICES names a GPU twice');
    shown.push(device);
  }
  const ordinals = devices.map((_, index) => (shown.includes(index) ? shown.indexOf(index) : null));
  return { ordinals, doubt: '' };
}

function pciOrder(devices: readonly VisibleCandidate[]): number[] {
  const address = (index: number) => known(devices[index]!.pciAddress)?.toLowerCase();
  // Where an address is missing NVML's own order is kept, which follows the PCI bus in practice.
  return devices
    .map((_, index) => index)
    .sort((a, b) => {
      const [first, second] = [address(a), address(b)];
      if (first === undefined || second === undefined || first === second) return a - b;
      return first < second ? -1 : 1;
    });
}

function byUuid(devices: readonly VisibleCandidate[], prefix: string): number | undefined {
  if (!prefix.startsWith('GPU-')) return undefined;
  const matches = devices.flatMap(({ uuid }, index) => (known(uuid)?.startsWith(prefix) ? [index] : []));
  return matches.length === 1 ? matches[0] : undefined;
}

/**
 * Environment for a worker that may use exactly this GPU, or the instance of it that a process gets, whatever order its
 * CUDA prefers: there it is device 0. Undefined where the UUID could not be read.
 */
export function cudaEnvironmentFor(gpu: Gpu): Record<string, string> | undefined {
  const value = processMemory(gpu).instance?.uuid ?? known(gpu.uuid);
  return value === undefined ? undefined : { CUDA_VISIBLE_DEVICES: value, CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
}
