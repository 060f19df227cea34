import { isUnavailable } from '../../contract/reading.js';
import { type Cuda, openCuda } from '../../machine/cuda-driver.js';
import type { HoldBallast } from './ballast.js';

/** In pieces, so that memory that is free in several places is all found. */
const chunkBytes = 2 ** 30;
/** Margin is sought in ever smaller pieces, down to what no run notices. */
const pieces = [2 ** 30, 2 ** 28, 2 ** 26, 2 ** 24];

/** The memory of the first GPU that this process sees, through the CUDA driver. */
export interface CudaMemory {
  hold: HoldBallast;
  /** Free on the GPU now, whoever took the rest. Bytes. @throws CudaError */
  freeBytes(): number;
  /** Takes all that is left, to the nearest 16 MiB. */
  holdRest: () => Promise<Awaited<ReturnType<HoldBallast>>>;
}

/**
 * Opens the primary context of the first GPU, which ONNX Runtime uses as well.
 * @throws Error where there is no driver or GPU
 */
export function openCudaMemory(opened = openCuda()): CudaMemory {
  if (isUnavailable(opened)) throw new Error(opened.unavailable);
  const cuda: Cuda = opened;
  const device = Number(cuda.make('cuDeviceGet', 0) & 0xffff_ffffn);
  const context = cuda.make('cuDevicePrimaryCtxRetain', device);
  const current = () => cuda.call('cuCtxSetCurrent', context);
  const release = async (pointers: bigint[]) => {
    current();
    for (const pointer of pointers.splice(0)) cuda.call('cuMemFree_v2', pointer);
  };
  return {
    async hold(bytes) {
      current();
      const pointers: bigint[] = [];
      try {
        for (let left = bytes; left > 0; left -= chunkBytes)
          pointers.push(cuda.make('cuMemAlloc_v2', Math.min(left, chunkBytes)));
      } catch (error) {
        await release(pointers);
        throw error;
      }
      return { bytes, release: () => release(pointers) };
    },
    async holdRest() {
      current();
      const pointers: bigint[] = [];
      let bytes = 0;
      for (const piece of pieces) {
        try {
          for (;;) {
            pointers.push(cuda.make('cuMemAlloc_v2', piece));
            bytes += piece;
          }
        } catch {
          // That much is not left in one piece: the next smaller one.
        }
      }
      return { bytes, release: () => release(pointers) };
    },
    freeBytes() {
      current();
      const free = Buffer.alloc(8);
      cuda.call('cuMemGetInfo_v2', free, Buffer.alloc(8));
      return Number(free.readBigUInt64LE());
    },
  };
}
