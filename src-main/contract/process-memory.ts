import { isUnavailable, known, type Reading, unavailable } from './evidence.js';
import type { Gpu, MigInstance } from './machine.js';

/** What one process may have of a GPU: the whole, or where MIG cuts it one instance. Bytes. */
export interface ProcessMemory {
  /** The instance that it is, or null where the GPU is whole. */
  instance: MigInstance | null;
  totalBytes: Reading<number>;
  freeBytes: Reading<number>;
}

/**
 * Memory that a process gets of a GPU. Of one that MIG cuts CUDA gives a process a single instance (NVIDIA, "MIG User
 * Guide", CUDA Device Enumeration): here the one with the most free memory, which is then asked for by its UUID.
 */
export function processMemory({ memory, detail }: Gpu): ProcessMemory {
  if (isUnavailable(detail) || known(detail.mig.enabled) !== true) return { instance: null, ...memory };
  const { instances } = detail.mig;
  const none = (reason: string) => ({
    instance: null,
    totalBytes: unavailable(reason),
    freeBytes: unavailable(reason),
  });
  if (isUnavailable(instances))
    return none(`MIG cuts this GPU, and its instances were not read: ${instances.unavailable}`);
  const [largest] = instances.toSorted((a, b) => free(b) - free(a));
  if (largest === undefined)
    return none('MIG cuts this GPU and no instance was made: CUDA finds no device there');
  return { instance: largest, totalBytes: largest.memoryBytes, freeBytes: largest.freeBytes };
}

const free = ({ freeBytes }: MigInstance) => known(freeBytes) ?? -1;

/** Whether MIG cuts a GPU; false where that is not known, as with every GPU that has no MIG. */
export function isCut({ detail }: Gpu): boolean {
  return !isUnavailable(detail) && known(detail.mig.enabled) === true;
}

/** `3g.20gb` of `NVIDIA A100-SXM4-40GB MIG 3g.20gb`. */
export const profileOf = ({ name }: MigInstance) => name.split(' MIG ').at(-1)!;
