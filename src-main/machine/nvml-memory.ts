import { type Reading, unavailable } from '../contract/reading.js';
import {
  decodeProcesses,
  memoryV1,
  memoryV2,
  memoryV2Version,
  nvmlFailure,
  nvmlFunctionNotFound,
  nvmlInsufficientSize,
  nvmlSuccess,
  type ProcessEntry,
  processV2Protected,
  untouched,
} from './nvml-layout.js';
import type { Nvml, NvmlFunction, NvmlHandle } from './nvml-library.js';

export interface NvmlMemory {
  totalBytes: number;
  freeBytes: number;
  /** Held by processes; with the old call also what the driver keeps for itself. */
  usedBytes: number;
  /** Kept by driver and firmware; null where the driver's old call counts it as used. */
  reservedBytes: number | null;
}

/** Reads the memory of one device again and again with the same buffers. */
export function memoryReader(nvml: Nvml, handle: NvmlHandle): () => Reading<NvmlMemory> {
  const buffer = Buffer.alloc(memoryV2.size);
  return () => {
    buffer.writeUInt32LE(memoryV2Version, memoryV2.version);
    const second = nvml.call('nvmlDeviceGetMemoryInfo_v2', handle, buffer);
    if (second === nvmlSuccess) return decodeMemory('nvmlDeviceGetMemoryInfo_v2', buffer, memoryV2);
    const first = nvml.call('nvmlDeviceGetMemoryInfo', handle, buffer);
    if (first === nvmlSuccess) return decodeMemory('nvmlDeviceGetMemoryInfo', buffer, memoryV1);
    return nvmlFailure('nvmlDeviceGetMemoryInfo', first);
  };
}

/** Reads the bytes of one device that are in use some hundred times a second: little is made anew for each. */
export function usedReader(nvml: Nvml, handle: NvmlHandle): () => Reading<number> {
  const buffer = Buffer.alloc(memoryV2.size);
  const bytes = (offset: number) => buffer.readUInt32LE(offset) + buffer.readUInt32LE(offset + 4) * 2 ** 32;
  return () => {
    buffer.writeUInt32LE(memoryV2Version, memoryV2.version);
    if (nvml.call('nvmlDeviceGetMemoryInfo_v2', handle, buffer) === nvmlSuccess) return bytes(memoryV2.used);
    const first = nvml.call('nvmlDeviceGetMemoryInfo', handle, buffer);
    return first === nvmlSuccess ? bytes(memoryV1.used) : nvmlFailure('nvmlDeviceGetMemoryInfo', first);
  };
}

/** Figures that contradict each other are none. */
function decodeMemory(
  name: NvmlFunction,
  buffer: Buffer,
  layout: { total: number; free: number; used: number; reserved?: number },
): Reading<NvmlMemory> {
  const bytes = (offset: number) => Number(buffer.readBigUInt64LE(offset));
  const [totalBytes, freeBytes, usedBytes] = [bytes(layout.total), bytes(layout.free), bytes(layout.used)];
  const reservedBytes = layout.reserved === undefined ? null : bytes(layout.reserved);
  const parts = [freeBytes, usedBytes, reservedBytes ?? 0];
  if (totalBytes > 0 && Number.isSafeInteger(totalBytes) && parts.every((part) => part <= totalBytes))
    return { totalBytes, freeBytes, usedBytes, reservedBytes };
  return unavailable(
    `${name}: the driver answers ${freeBytes} bytes free and ${usedBytes} used of ${totalBytes}, which cannot be`,
  );
}

/** More than can be on one GPU: a count beyond it is none. */
const mostProcesses = 100_000;

/** Newest first; the entries of _v3 and _v2 are the same. */
const processCalls: readonly (readonly [NvmlFunction, 1 | 2])[] = [
  ['nvmlDeviceGetComputeRunningProcesses_v3', 2],
  ['nvmlDeviceGetComputeRunningProcesses_v2', 2],
  ['nvmlDeviceGetComputeRunningProcesses', 1],
];

/** Reads the compute processes of one device again and again; the buffer grows when there are more than fit. */
export function processReader(nvml: Nvml, handle: NvmlHandle): () => Reading<ProcessEntry[]> {
  let infos = Buffer.alloc(64 * processV2Protected.size);
  const count = Buffer.alloc(4);
  const ask = (name: NvmlFunction): number => {
    infos.fill(untouched);
    count.writeUInt32LE(infos.length / processV2Protected.size);
    return nvml.call(name, handle, count, infos);
  };
  return () => {
    for (const [name, version] of processCalls) {
      let status = ask(name);
      // Processes come and go between the calls: room to spare, and a second try.
      for (let again = 0; status === nvmlInsufficientSize && again < 3; again++) {
        if (count.readUInt32LE() > mostProcesses) break;
        infos = Buffer.alloc((count.readUInt32LE() + 64) * processV2Protected.size);
        status = ask(name);
      }
      const listed = count.readUInt32LE();
      if (status === nvmlSuccess && listed * processV2Protected.size <= infos.length)
        return decodeProcesses(infos, listed, version);
      if (status === nvmlSuccess)
        return unavailable(`${name}: the driver answers ${listed} processes, more than it has room for`);
      if (status !== nvmlFunctionNotFound) return nvmlFailure(name, status);
    }
    return unavailable('this driver lists no compute processes: none of its entry points is there');
  };
}
