import { isUnavailable, known } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { Check, Gpu, Host } from '../../contract/machine.js';
import { usableOf } from './check.js';

const gibi = 2 ** 30;
/** Loading v1.x' T5-XXL text encoder in bf16 takes 9.5 GB, the model about as much again: a judgement, not upstream's. */
const comfortableHostBytes = 16 * gibi;
const leastHostBytes = 4 * gibi;
/** main:configs/diffusion/train/image.py `pin_memory_cache_pre_alloc_numels`: 24 × 280 Mi and 4 × 54 Mi elements of 2 bytes. */
const pinnedCacheBytes = 2 * (24 * 280 + 4 * 54) * 2 ** 20;
/** What NVIDIA's own PyTorch containers ask for at the least: --shm-size=1g. A rank's loaders hand over more than that. */
const sharedBytesOfRank = gibi;

/** What the host lacks for a run on its usable GPUs, one rank each. */
export function hostChecks(host: Host, gpus: readonly Gpu[]): (Check | null)[] {
  const ranks = usableOf(gpus).length;
  return [
    hostMemory(host),
    ...(ranks === 0 ? [] : [pinnedCache(host, ranks), pinnedLimit(host, ranks), shared(host, ranks)]),
  ];
}

function hostMemory({ memory: { freeBytes, totalBytes, cgroupLimitBytes } }: Host): Check {
  const id = 'host-memory';
  const limit = known(cgroupLimitBytes);
  const of =
    limit === undefined ? formatGiB(totalBytes) : `${formatGiB(limit)} that its control group allows`;
  const text = `${formatGiB(freeBytes)} of host memory free of ${of}`;
  if (freeBytes >= comfortableHostBytes) return { id, status: 'pass', text, action: '' };
  const action = `Loading the text encoder and the model wants about ${formatGiB(comfortableHostBytes)}: end other programs${limit === undefined ? '' : ' or raise the limit'}.`;
  return { id, status: freeBytes >= leastHostBytes ? 'look' : 'fail', text, action };
}

/** v2.0 pins its cache before it trains; a host without room for it ends the run at its start. */
function pinnedCache({ memory: { freeBytes } }: Host, ranks: number): Check {
  const id = 'pinned-cache';
  const needed = ranks * pinnedCacheBytes;
  const text = `v2.0's configs pin ${formatGiB(needed)} of host memory for ${ranks} ${ranks === 1 ? 'rank' : 'ranks'}, and ${formatGiB(freeBytes)} is free`;
  if (freeBytes >= needed) return { id, status: 'pass', text, action: '' };
  return {
    id,
    status: 'look',
    text,
    action: 'For v2.0 set pin_memory_cache_pre_alloc_numels = None in the config.',
  };
}

/** CUDA's own pinned memory is not counted against it; what InfiniBand registers for NCCL is. */
function pinnedLimit({ memory: { pinnedLimitBytes } }: Host, ranks: number): Check {
  const id = 'pinned-limit';
  if (isUnavailable(pinnedLimitBytes))
    return {
      id,
      status: 'not-tested',
      text: `Limit of pinned memory not read: ${pinnedLimitBytes.unavailable}`,
      action: '',
    };
  if (pinnedLimitBytes === 'unlimited')
    return { id, status: 'pass', text: 'A process may pin as much memory as it wants', action: '' };
  const text = `A process may pin ${formatGiB(pinnedLimitBytes)} (ulimit -l)`;
  if (ranks === 1) return { id, status: 'pass', text: `${text}; one GPU needs no more`, action: '' };
  return {
    id,
    status: 'look',
    text: `${text}: too little where NCCL goes over InfiniBand`,
    action: 'Raise it: ulimit -l unlimited, in a container --ulimit memlock=-1.',
  };
}

function shared({ memory }: Host, ranks: number): Check {
  const id = 'shared-memory';
  if (isUnavailable(memory.shared))
    return { id, status: 'not-tested', text: `/dev/shm not read: ${memory.shared.unavailable}`, action: '' };
  const { freeBytes, totalBytes } = memory.shared;
  const needed = ranks * sharedBytesOfRank;
  const text = `/dev/shm has ${formatGiB(freeBytes)} free of ${formatGiB(totalBytes)}; loaders of ${ranks} ${ranks === 1 ? 'rank' : 'ranks'} want ${formatGiB(needed)} or more`;
  if (freeBytes >= needed) return { id, status: 'pass', text, action: '' };
  return {
    id,
    status: 'look',
    text,
    action: 'Start the container with --ipc=host or a larger --shm-size, or load with num_workers = 0.',
  };
}
