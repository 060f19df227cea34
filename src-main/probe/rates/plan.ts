import { known } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { Gpu } from '../../contract/machine.js';
import { isCut } from '../../contract/process-memory.js';

const gibi = 2 ** 30;
/** More than a display and the driver's own share: somebody works there. A judgement, as in the checks. */
const busyBytes = gibi;
/** 1 GiB that is measured on, and as much for the CUDA context and the libraries' own buffers. */
const leastFreeBytes = 2 * gibi;

/** A GPU that CUDA may use here, and why it is not measured on; null where it is. */
export interface Candidate {
  gpu: Gpu;
  refusal: string | null;
}

/**
 * NVIDIA's GPUs that this process may use, in CUDA's order. One on which somebody works is left alone unless `force`;
 * one that cannot be told from the others, or is short of memory, in any case.
 */
export function chooseGpus(gpus: readonly Gpu[], force: boolean): Candidate[] {
  return gpus
    .filter(({ vendor, index }) => vendor === 'nvidia' && index !== null)
    .sort((a, b) => a.index! - b.index!)
    .map((gpu) => ({ gpu, refusal: impossible(gpu) ?? (force ? null : busy(gpu)) }));
}

function impossible(gpu: Gpu): string | null {
  const { uuid, memory } = gpu;
  if (isCut(gpu)) return 'it is cut by MIG, and what an instance achieves is not known';
  if (known(uuid) === undefined) return 'its UUID is not known, so that CUDA could take another GPU';
  const free = known(memory.freeBytes);
  if (free === undefined) return 'how much of its memory is free is not known';
  if (free < leastFreeBytes)
    return `${formatGiB(free)} of its memory is free, and ${formatGiB(leastFreeBytes)} are needed`;
  return null;
}

function busy({ memory, processes }: Gpu): string | null {
  const count = known(processes)?.length ?? 0;
  const remedy = 'measure when it is idle, or with --force';
  if (count > 0) return `it is busy: ${count} process${count === 1 ? '' : 'es'}; ${remedy}`;
  const used = known(memory.usedBytes);
  if (used === undefined) return `whether it is busy is not known; ${remedy}`;
  return used > busyBytes ? `it is busy: ${formatGiB(used)} in use; ${remedy}` : null;
}
