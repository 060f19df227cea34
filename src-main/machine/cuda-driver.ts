import koffi, { type LibraryHandle } from 'koffi';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';

/**
 * The CUDA driver's entry points that are called (cuda.h of CUDA 12 and 13; the suffixes are the header's own renamings).
 * None of them sets anything that outlives this process. Device pointers are 64-bit numbers, handles opaque pointers.
 */
const signatures = {
  cuInit: ['uint32_t'],
  cuDeviceGetCount: ['void *'],
  cuDeviceGet: ['void *', 'int'],
  cuDeviceGetName: ['void *', 'int', 'int'],
  cuDeviceGetPCIBusId: ['void *', 'int', 'int'],
  cuDeviceTotalMem_v2: ['void *', 'int'],
  cuDeviceCanAccessPeer: ['void *', 'int', 'int'],
  cuDevicePrimaryCtxRetain: ['void *', 'int'],
  cuDevicePrimaryCtxRelease_v2: ['int'],
  cuCtxSetCurrent: ['uintptr_t'],
  cuCtxEnablePeerAccess: ['uintptr_t', 'uint32_t'],
  cuMemAlloc_v2: ['void *', 'size_t'],
  cuMemFree_v2: ['uint64_t'],
  cuMemGetInfo_v2: ['void *', 'void *'],
  cuMemHostAlloc: ['void *', 'size_t', 'uint32_t'],
  cuMemFreeHost: ['uintptr_t'],
  cuMemcpyDtoDAsync_v2: ['uint64_t', 'uint64_t', 'size_t', 'uintptr_t'],
  cuMemcpyHtoDAsync_v2: ['uint64_t', 'void *', 'size_t', 'uintptr_t'],
  cuMemcpyDtoHAsync_v2: ['void *', 'uint64_t', 'size_t', 'uintptr_t'],
  cuMemcpyPeerAsync: ['uint64_t', 'uintptr_t', 'uint64_t', 'uintptr_t', 'size_t', 'uintptr_t'],
  cuStreamCreate: ['void *', 'uint32_t'],
  cuStreamDestroy_v2: ['uintptr_t'],
  cuEventCreate: ['void *', 'uint32_t'],
  cuEventDestroy_v2: ['uintptr_t'],
  cuEventRecord: ['uintptr_t', 'uintptr_t'],
  cuEventSynchronize: ['uintptr_t'],
  cuEventElapsedTime: ['void *', 'uintptr_t', 'uintptr_t'],
} as const;

export type CudaFunction = keyof typeof signatures;
type Argument = number | bigint | Buffer;

/** Codes of `CUresult` that people meet, from cuda.h. */
const results: Readonly<Record<number, string>> = {
  1: 'invalid value',
  2: 'out of memory',
  3: 'not initialised',
  46: 'device unavailable: another process has it for itself',
  100: 'no device',
  101: 'invalid device',
  201: 'invalid context',
  217: 'peer access is not supported',
  304: 'an operating system call failed',
  719: 'launch failed',
  802: 'the system is not ready (fabric manager)',
  803: 'the driver does not match its kernel module',
  999: 'unknown error',
};

/** A call of the driver that failed, with the call's name and what its code means. */
export class CudaError extends Error {
  constructor(name: string, code: number) {
    super(`${name} failed with ${code}${results[code] ? `: ${results[code]}` : ''}`);
  }
}

/** An initialised CUDA driver. */
export interface Cuda {
  /** Calls the driver. @throws CudaError where it fails, Error where this driver has no such entry point */
  call(name: CudaFunction, ...args: Argument[]): void;
  /** Calls a function whose first argument is written to, and returns the 64 bits there. @throws as `call` */
  make(name: CudaFunction, ...args: Argument[]): bigint;
}

/** Finds the driver's library as the loader does. */
export function loadCuda(): Reading<LibraryHandle> {
  const name = process.platform === 'win32' ? 'nvcuda.dll' : 'libcuda.so.1';
  try {
    return koffi.load(name);
  } catch (error) {
    return unavailable(`${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Loads and initialises the driver, or says why there is none. May hang, or end this process: for workers.
 * @param onCall is told of each call before it is made, for one that never comes back
 */
export function openCuda(
  onCall: (name: CudaFunction) => void = () => {},
  library: Reading<LibraryHandle> = loadCuda(),
): Reading<Cuda> {
  if (isUnavailable(library)) return library;
  const bound = new Map<CudaFunction, (...args: Argument[]) => number>();
  const call: Cuda['call'] = (entry, ...args) => {
    const native = bound.get(entry) ?? library.func(entry, 'int', [...signatures[entry]]);
    bound.set(entry, native);
    onCall(entry);
    const code: number = native(...args);
    if (code !== 0) throw new CudaError(entry, code);
  };
  const make: Cuda['make'] = (entry, ...args) => {
    const out = Buffer.alloc(8);
    call(entry, out, ...args);
    return out.readBigUInt64LE();
  };
  try {
    call('cuInit', 0);
  } catch (error) {
    return unavailable((error as Error).message);
  }
  return { call, make };
}
