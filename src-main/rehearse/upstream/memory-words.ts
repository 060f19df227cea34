/** What PyTorch says of an allocation that failed. Bytes, of figures with two decimals. */
export interface FailedAllocation {
  wantedBytes: number;
  /** Free on the GPU then; undefined where the message does not say. */
  freeBytes: number | undefined;
}

const unit: Record<string, number> = { bytes: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
const size = '([\\d.]+) (bytes|KiB|MiB|GiB)';

/**
 * Reads `CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.15 GiB of which 1.25 GiB is
 * free. …` (PyTorch 2.2 and later) and `… (GPU 0; 79.15 GiB total capacity; 70.00 GiB already allocated; 1.25 GiB free; …`
 * (before): c10/cuda/CUDACachingAllocator.cpp.
 */
export function failedAllocation(message: string): FailedAllocation | undefined {
  const wanted = new RegExp(`Tried to allocate ${size}`).exec(message);
  if (!wanted) return undefined;
  const free = new RegExp(`${size}(?: is)? free`).exec(message);
  return { wantedBytes: bytesOf(wanted), freeBytes: free ? bytesOf(free) : undefined };
}

/** By its class, or by the words of those that have none: cuBLAS and NCCL allocate by themselves. */
export function isOutOfMemory(error: string, message: string): boolean {
  return (
    error === 'OutOfMemoryError' ||
    /CUDA out of memory|CUBLAS_STATUS_ALLOC_FAILED|(?:CUDA|NCCL|Cuda).*out of memory/s.test(message)
  );
}

const bytesOf = ([, figure, name]: RegExpExecArray) => Math.round(Number(figure) * unit[name!]!);
