import koffi, { type LibraryHandle } from 'koffi';
import { type Reading, unavailable } from '../../contract/evidence.js';

/** NCCL's entry points that are called (nccl.h, 2.x). */
const signatures = {
  ncclCommInitAll: ['void *', 'int', 'void *'],
  ncclCommDestroy: ['uintptr_t'],
  ncclGroupStart: [],
  ncclGroupEnd: [],
  ncclAllReduce: ['uint64_t', 'uint64_t', 'size_t', 'int', 'int', 'uintptr_t', 'uintptr_t'],
} as const;

export type NcclFunction = keyof typeof signatures;

/** `ncclFloat32` and `ncclSum` of nccl.h. */
export const ncclFloat32 = 7;
export const ncclSum = 0;

export interface Nccl {
  /** @throws Error with the call's name and `ncclResult_t` where it fails */
  call(name: NcclFunction, ...args: (number | bigint | Buffer | null)[]): void;
}

/** Loads `libnccl.so.2` from the loader's path, or says why not. */
export function openNccl(): Reading<Nccl> {
  const name = 'libnccl.so.2';
  if (process.platform !== 'linux') return unavailable('NCCL is for Linux alone');
  let library: LibraryHandle;
  try {
    library = koffi.load(name);
  } catch (error) {
    return unavailable(`${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    call(entry, ...args) {
      const code: number = library.func(entry, 'int', [...signatures[entry]])(...args);
      if (code !== 0) throw new Error(`${entry} failed with ${code}`);
    },
  };
}
