import path from 'node:path';
import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import { fileSystemOf } from './file-system.js';

/**
 * The soft limit on memory that a process may lock, in bytes (`ulimit -l`, RLIMIT_MEMLOCK in getrlimit(2)).
 * @param limits the text of /proc/self/limits, undefined where there is none
 */
export function pinnedLimit(limits: string | undefined): Reading<number | 'unlimited'> {
  const soft = /^Max locked memory +(\S+) +\S+ +bytes/m.exec(limits ?? '')?.[1];
  if (soft === 'unlimited') return soft;
  // The kernel holds limits in 64 bits: one that a double does not hold exactly is none in practice.
  if (soft !== undefined && /^\d+$/.test(soft))
    return Number.isSafeInteger(Number(soft)) ? Number(soft) : 'unlimited';
  return unavailable('/proc/self/limits, which names it on Linux, could not be read');
}

/**
 * Size and free bytes of /dev/shm, through which PyTorch's data loaders hand over their batches: in a container of
 * Docker's 64 MiB unless it is started with --shm-size or --ipc=host.
 * @param root where Linux's files lie
 */
export async function readSharedMemory(
  root = '/',
): Promise<Reading<{ totalBytes: number; freeBytes: number }>> {
  if (process.platform !== 'linux') return unavailable('/dev/shm is Linux’s alone');
  const found = await fileSystemOf(path.join(root, 'dev/shm'));
  if (isUnavailable(found)) return found;
  return { totalBytes: found.totalBytes, freeBytes: found.freeBytes };
}
