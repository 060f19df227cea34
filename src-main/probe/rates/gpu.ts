import type { Cuda } from '../../machine/cuda-driver.js';
import type { Scope } from './scope.js';

/** A GPU with its primary context retained and a stream of its own. */
export interface OpenGpu {
  device: number;
  context: bigint;
  stream: bigint;
}

/** `CU_STREAM_NON_BLOCKING` of cuda.h: not held up by the default stream. */
const nonBlocking = 1;

/** Opens a GPU by its number among those that this process sees, until the scope ends. @throws CudaError */
export function openGpu(cuda: Cuda, scope: Scope, number: number): OpenGpu {
  const device = Number(cuda.make('cuDeviceGet', number) & 0xffff_ffffn);
  const context = cuda.make('cuDevicePrimaryCtxRetain', device);
  scope.defer(() => cuda.call('cuDevicePrimaryCtxRelease_v2', device));
  cuda.call('cuCtxSetCurrent', context);
  const stream = cuda.make('cuStreamCreate', nonBlocking);
  scope.defer(() => {
    cuda.call('cuCtxSetCurrent', context);
    cuda.call('cuStreamDestroy_v2', stream);
  });
  return { device, context, stream };
}

/** Device memory of a GPU, until the scope ends. @throws CudaError */
export function deviceMemory(cuda: Cuda, scope: Scope, { context }: OpenGpu, bytes: number): bigint {
  cuda.call('cuCtxSetCurrent', context);
  const pointer = cuda.make('cuMemAlloc_v2', bytes);
  scope.defer(() => {
    cuda.call('cuCtxSetCurrent', context);
    cuda.call('cuMemFree_v2', pointer);
  });
  return pointer;
}

/** Page-locked host memory, until the scope ends. @throws CudaError */
export function pinnedMemory(cuda: Cuda, scope: Scope, bytes: number): bigint {
  const pointer = cuda.make('cuMemHostAlloc', bytes, 0);
  scope.defer(() => cuda.call('cuMemFreeHost', pointer));
  return pointer;
}
