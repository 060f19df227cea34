import path from 'node:path';
import koffi, { type LibraryHandle } from 'koffi';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import { decodeString, nvmlFailure, nvmlFunctionNotFound, nvmlSuccess } from './nvml-layout.js';
import { plausible } from './nvml-plausible.js';

/** NVML's entry points that are called, none of which sets anything. Handles are opaque pointers, kept as integers. */
const signatures = {
  nvmlInit_v2: [],
  nvmlShutdown: [],
  nvmlSystemGetDriverVersion: ['void *', 'uint32_t'],
  nvmlSystemGetCudaDriverVersion_v2: ['void *'],
  nvmlSystemGetProcessName: ['uint32_t', 'void *', 'uint32_t'],
  nvmlDeviceGetCount_v2: ['void *'],
  nvmlDeviceGetHandleByIndex_v2: ['uint32_t', 'void *'],
  nvmlDeviceGetHandleByUUID: ['str', 'void *'],
  nvmlDeviceGetName: ['uintptr_t', 'void *', 'uint32_t'],
  nvmlDeviceGetUUID: ['uintptr_t', 'void *', 'uint32_t'],
  nvmlDeviceGetPciInfo_v3: ['uintptr_t', 'void *'],
  nvmlDeviceGetCudaComputeCapability: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetMemoryInfo: ['uintptr_t', 'void *'],
  nvmlDeviceGetMemoryInfo_v2: ['uintptr_t', 'void *'],
  nvmlDeviceGetComputeRunningProcesses: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetComputeRunningProcesses_v2: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetComputeRunningProcesses_v3: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetArchitecture: ['uintptr_t', 'void *'],
  nvmlDeviceGetUtilizationRates: ['uintptr_t', 'void *'],
  nvmlDeviceGetClockInfo: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetMaxClockInfo: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetTemperature: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetTemperatureThreshold: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetPowerUsage: ['uintptr_t', 'void *'],
  nvmlDeviceGetEnforcedPowerLimit: ['uintptr_t', 'void *'],
  nvmlDeviceGetPowerManagementDefaultLimit: ['uintptr_t', 'void *'],
  nvmlDeviceGetPerformanceState: ['uintptr_t', 'void *'],
  nvmlDeviceGetCurrentClocksEventReasons: ['uintptr_t', 'void *'],
  nvmlDeviceGetCurrentClocksThrottleReasons: ['uintptr_t', 'void *'],
  nvmlDeviceGetEccMode: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetTotalEccErrors: ['uintptr_t', 'uint32_t', 'uint32_t', 'void *'],
  nvmlDeviceGetRetiredPages: ['uintptr_t', 'uint32_t', 'void *', 'void *'],
  nvmlDeviceGetRetiredPagesPendingStatus: ['uintptr_t', 'void *'],
  nvmlDeviceGetRemappedRows: ['uintptr_t', 'void *', 'void *', 'void *', 'void *'],
  nvmlDeviceGetCurrPcieLinkGeneration: ['uintptr_t', 'void *'],
  nvmlDeviceGetCurrPcieLinkWidth: ['uintptr_t', 'void *'],
  nvmlDeviceGetMaxPcieLinkGeneration: ['uintptr_t', 'void *'],
  nvmlDeviceGetMaxPcieLinkWidth: ['uintptr_t', 'void *'],
  nvmlDeviceGetNvLinkState: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetNvLinkVersion: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetNvLinkRemotePciInfo_v2: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetFieldValues: ['uintptr_t', 'int', 'void *'],
  nvmlDeviceGetMigMode: ['uintptr_t', 'void *', 'void *'],
  nvmlDeviceGetMaxMigDeviceCount: ['uintptr_t', 'void *'],
  nvmlDeviceGetMigDeviceHandleByIndex: ['uintptr_t', 'uint32_t', 'void *'],
  nvmlDeviceGetPersistenceMode: ['uintptr_t', 'void *'],
  nvmlDeviceGetComputeMode: ['uintptr_t', 'void *'],
  nvmlDeviceGetDisplayMode: ['uintptr_t', 'void *'],
  nvmlDeviceGetVirtualizationMode: ['uintptr_t', 'void *'],
  nvmlSystemGetConfComputeState: ['void *'],
} as const;

export type NvmlFunction = keyof typeof signatures;
export type NvmlHandle = bigint;

/** An initialised NVML. */
export interface Nvml {
  /** Calls NVML and returns its status; FUNCTION_NOT_FOUND where this driver has no such entry point. */
  call(name: NvmlFunction, ...args: (number | bigint | string | Buffer)[]): number;
  close(): void;
}

/**
 * Loads and initialises NVML, or says why it is not there: no library, no driver, no permission.
 * @param onCall is told of each call before it is made, for one that never comes back
 */
export function openNvml(
  onCall: (name: NvmlFunction) => void = () => {},
  library: Reading<LibraryHandle> = loadNvml(),
): Reading<Nvml> {
  if (isUnavailable(library)) return library;
  const bound = new Map<NvmlFunction, ((...args: unknown[]) => number) | null>();
  const bind = (name: NvmlFunction) => {
    try {
      return library.func(name, 'int', [...signatures[name]]);
    } catch {
      return null; // an older driver: the caller has a fallback or reports it
    }
  };
  const call: Nvml['call'] = (name, ...args) => {
    let entry = bound.get(name);
    if (entry === undefined) {
      entry = bind(name);
      bound.set(name, entry);
    }
    if (entry === null) return nvmlFunctionNotFound;
    onCall(name);
    return entry(...args);
  };
  const status = call('nvmlInit_v2');
  if (status !== nvmlSuccess) return nvmlFailure('nvmlInit_v2', status);
  return { call, close: () => void call('nvmlShutdown') };
}

/** Finds NVML's library as the loader does, and under WSL and Windows where NVIDIA puts it. */
export function loadNvml(): Reading<LibraryHandle> {
  const reasons = libraryNames(process.platform).map((name) => {
    try {
      return koffi.load(name);
    } catch (error) {
      // koffi leaves out which library it was.
      return `${name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  });
  const library = reasons.find((result) => typeof result !== 'string');
  return library ?? unavailable(`NVML is not there: ${String(reasons[0] ?? `none for ${process.platform}`)}`);
}

function libraryNames(platform: NodeJS.Platform): string[] {
  if (platform === 'linux') return ['libnvidia-ml.so.1', '/usr/lib/wsl/lib/libnvidia-ml.so.1'];
  if (platform !== 'win32') return [];
  const programs = process.env.ProgramFiles ?? 'C:\\Program Files';
  return ['nvml.dll', path.win32.join(programs, 'NVIDIA Corporation', 'NVSMI', 'nvml.dll')];
}

/** Reads a string that a call writes into a buffer of `size` bytes. */
export function readString(
  nvml: Nvml,
  name: NvmlFunction,
  size: number,
  ...before: (number | bigint)[]
): Reading<string> {
  const buffer = Buffer.alloc(size);
  const status = nvml.call(name, ...before, buffer, size);
  if (status !== nvmlSuccess) return nvmlFailure(name, status);
  return decodeString(buffer) || unavailable(`${name}: the driver answers an empty text`);
}

/** Reads the unsigned int that a call writes as its last argument, if it can be one; enums are such too. */
export function readUint(nvml: Nvml, name: NvmlFunction, ...before: (number | bigint)[]): Reading<number> {
  const buffer = Buffer.alloc(4);
  const status = nvml.call(name, ...before, buffer);
  return status === nvmlSuccess ? plausible(name, buffer.readUInt32LE()) : nvmlFailure(name, status);
}

/** Reads the unsigned long long that a call writes as its last argument. */
export function readUint64(nvml: Nvml, name: NvmlFunction, ...before: (number | bigint)[]): Reading<bigint> {
  const buffer = Buffer.alloc(8);
  const status = nvml.call(name, ...before, buffer);
  return status === nvmlSuccess ? buffer.readBigUInt64LE() : nvmlFailure(name, status);
}

/** The device's handle, by its position in NVML or its UUID. */
export function readHandle(nvml: Nvml, device: number | string): Reading<NvmlHandle> {
  const name = typeof device === 'number' ? 'nvmlDeviceGetHandleByIndex_v2' : 'nvmlDeviceGetHandleByUUID';
  const buffer = Buffer.alloc(8);
  const status = nvml.call(name, device, buffer);
  return status === nvmlSuccess ? buffer.readBigUInt64LE() : nvmlFailure(name, status);
}
