import type { Unavailable } from '../contract/evidence.js';
import { unavailable } from '../contract/reading.js';

/**
 * Sizes and offsets in bytes of the structures in the published nvml.h, for 64-bit little-endian platforms (the only
 * ones that NVIDIA's driver and onnxruntime-node have). Read from buffers, so that a driver that writes longer entries
 * than the header says cannot write outside what we gave it.
 */

/** nvmlMemory_t: unsigned long long total, free, used. */
export const memoryV1 = { size: 24, total: 0, free: 8, used: 16 } as const;
/** nvmlMemory_v2_t: unsigned version, then unsigned long long total, reserved, free, used. */
export const memoryV2 = { size: 40, version: 0, total: 8, reserved: 16, free: 24, used: 32 } as const;
/** NVML_STRUCT_VERSION(Memory, 2): the size, with the version in the top byte. */
export const memoryV2Version = memoryV2.size | (2 << 24);
/** nvmlProcessInfo_v1_t: unsigned pid, unsigned long long usedGpuMemory. */
export const processV1 = { size: 16, pid: 0, used: 8 } as const;
/** nvmlProcessInfo_v2_t: v1 and unsigned gpuInstanceId, computeInstanceId. The function's _v3 takes it too. */
export const processV2 = { size: 24, pid: 0, used: 8 } as const;
/** First drivers of the 535 line wrote one more unsigned long long an entry, under the same symbol (go-nvml issue 75). */
export const processV2Protected = { size: 32, pid: 0, used: 8 } as const;
/** nvmlPciInfo_t of _v3: char busIdLegacy[16], five unsigned (domain, bus, device, two ids), char busId[32]. */
export const pciInfoV3 = { size: 68, busId: 36, busIdSize: 32 } as const;

/** nvmlUtilization_t: unsigned gpu, memory, in percent. */
export const utilization = { size: 8, gpu: 0, memory: 4 } as const;
/** nvmlFieldValue_t: unsigned fieldId, scopeId; long long timestamp, latencyUsec; two enums; a union of 8 bytes. */
export const fieldValue = { size: 40, fieldId: 0, scopeId: 4, valueType: 24, status: 28, value: 32 } as const;
/** nvmlConfComputeSystemState_t: unsigned environment, ccFeature, devToolsMode. */
export const confComputeState = { size: 12, ccFeature: 4 } as const;

/** What a process buffer is filled with, to see how far the driver wrote. */
export const untouched = 0xaa;

export interface ProcessEntry {
  pid: number;
  /** Bytes on that GPU, or null where the driver does not say: as under Windows' WDDM, NVML_VALUE_NOT_AVAILABLE. */
  usedBytes: number | null;
}

/** The process entries in a buffer that was filled with `untouched` before the call. */
export function decodeProcesses(buffer: Buffer, count: number, version: 1 | 2): ProcessEntry[] {
  const size = version === 1 ? processV1.size : strideOfV2(buffer, count);
  return Array.from({ length: count }, (_, index) => {
    const used = buffer.readBigUInt64LE(index * size + processV2.used);
    return {
      pid: buffer.readUInt32LE(index * size + processV2.pid),
      usedBytes: used > Number.MAX_SAFE_INTEGER ? null : Number(used),
    };
  });
}

function strideOfV2(buffer: Buffer, count: number): number {
  const beyond = buffer.subarray(processV2.size * count, processV2Protected.size * count);
  return beyond.some((byte) => byte !== untouched) ? processV2Protected.size : processV2.size;
}

/** A C string in a buffer, without control characters: it comes from a device and goes to terminals. */
export function decodeString(buffer: Buffer): string {
  const end = buffer.indexOf(0);
  return buffer.toString('utf8', 0, end === -1 ? buffer.length : end).replace(/\p{Cc}/gu, '');
}

/** nvmlReturn_t by value. */
const errorNames = new Map<number, string>(
  Object.entries({
    UNINITIALIZED: 1,
    INVALID_ARGUMENT: 2,
    NOT_SUPPORTED: 3,
    NO_PERMISSION: 4,
    ALREADY_INITIALIZED: 5,
    NOT_FOUND: 6,
    INSUFFICIENT_SIZE: 7,
    INSUFFICIENT_POWER: 8,
    DRIVER_NOT_LOADED: 9,
    TIMEOUT: 10,
    IRQ_ISSUE: 11,
    LIBRARY_NOT_FOUND: 12,
    FUNCTION_NOT_FOUND: 13,
    CORRUPTED_INFOROM: 14,
    GPU_IS_LOST: 15,
    RESET_REQUIRED: 16,
    OPERATING_SYSTEM: 17,
    LIB_RM_VERSION_MISMATCH: 18,
    IN_USE: 19,
    MEMORY: 20,
    NO_DATA: 21,
    VGPU_ECC_NOT_SUPPORTED: 22,
    INSUFFICIENT_RESOURCES: 23,
    FREQ_NOT_SUPPORTED: 24,
    ARGUMENT_VERSION_MISMATCH: 25,
    DEPRECATED: 26,
    NOT_READY: 27,
    GPU_NOT_FOUND: 28,
    INVALID_STATE: 29,
    RESET_TYPE_NOT_SUPPORTED: 30,
    UNKNOWN: 999,
  }).map(([name, value]) => [value, `NVML_ERROR_${name}`]),
);

export const nvmlSuccess = 0;
export const nvmlInvalidArgument = 2;
export const nvmlNotSupported = 3;
export const nvmlNotFound = 6;
export const nvmlInsufficientSize = 7;
export const nvmlFunctionNotFound = 13;

/** A failed call as a missing reading, with NVML's own name of the error. */
export function nvmlFailure(call: string, status: number): Unavailable {
  return unavailable(`${call}: ${errorNames.get(status) ?? `NVML error ${status}`}`);
}
