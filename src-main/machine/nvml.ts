import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { GpuProcess } from '../contract/machine.js';
import { decodeString, nvmlFailure, nvmlSuccess, type ProcessEntry, pciInfoV3 } from './nvml-layout.js';
import { type Nvml, type NvmlHandle, openNvml, readHandle, readString } from './nvml-library.js';
import { memoryReader, type NvmlMemory, processReader } from './nvml-memory.js';

export interface NvmlDevice {
  /** Position in NVML, which nvidia-smi shows too. */
  nvmlIndex: number;
  /** False where the driver lists it and then cannot reach it, e.g. when it fell off the bus. */
  reachable: boolean;
  name: Reading<string>;
  uuid: Reading<string>;
  /** As nvidia-smi writes it, e.g. `00000000:1A:00.0`. */
  pciAddress: Reading<string>;
  computeCapability: Reading<string>;
  memory: Reading<NvmlMemory>;
  processes: Reading<GpuProcess[]>;
}

export interface NvmlMachine {
  driverVersion: Reading<string>;
  /** Newest CUDA that the driver can run, e.g. `12.4`. */
  cudaVersion: Reading<string>;
  devices: NvmlDevice[];
}

/** Everything that is read of the NVIDIA GPUs, or why NVML gives nothing. Closes NVML again. */
export function readNvml(): Reading<NvmlMachine> {
  const nvml = openNvml();
  if (isUnavailable(nvml)) return nvml;
  try {
    const buffer = Buffer.alloc(4);
    const status = nvml.call('nvmlDeviceGetCount_v2', buffer);
    if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetCount_v2', status);
    return {
      driverVersion: readString(nvml, 'nvmlSystemGetDriverVersion', 80),
      cudaVersion: readCudaVersion(nvml),
      devices: Array.from({ length: buffer.readUInt32LE() }, (_, index) => readDevice(nvml, index)),
    };
  } finally {
    nvml.close();
  }
}

function readCudaVersion(nvml: Nvml): Reading<string> {
  const buffer = Buffer.alloc(4);
  const status = nvml.call('nvmlSystemGetCudaDriverVersion_v2', buffer);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlSystemGetCudaDriverVersion_v2', status);
  const version = buffer.readInt32LE(); // 1000 × major + 10 × minor
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

function readDevice(nvml: Nvml, nvmlIndex: number): NvmlDevice {
  const handle = readHandle(nvml, nvmlIndex);
  if (isUnavailable(handle)) {
    return {
      nvmlIndex,
      reachable: false,
      name: handle,
      uuid: handle,
      pciAddress: handle,
      computeCapability: handle,
      memory: handle,
      processes: handle,
    };
  }
  const entries = processReader(nvml, handle)();
  return {
    nvmlIndex,
    reachable: true,
    name: readString(nvml, 'nvmlDeviceGetName', 96, handle),
    uuid: readString(nvml, 'nvmlDeviceGetUUID', 96, handle),
    pciAddress: readPciAddress(nvml, handle),
    computeCapability: readComputeCapability(nvml, handle),
    memory: memoryReader(nvml, handle)(),
    processes: isUnavailable(entries) ? entries : entries.map((entry) => nameProcess(nvml, entry)),
  };
}

function readPciAddress(nvml: Nvml, handle: NvmlHandle): Reading<string> {
  const buffer = Buffer.alloc(pciInfoV3.size);
  const status = nvml.call('nvmlDeviceGetPciInfo_v3', handle, buffer);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetPciInfo_v3', status);
  return decodeString(buffer.subarray(pciInfoV3.busId, pciInfoV3.busId + pciInfoV3.busIdSize));
}

function readComputeCapability(nvml: Nvml, handle: NvmlHandle): Reading<string> {
  const major = Buffer.alloc(4);
  const minor = Buffer.alloc(4);
  const status = nvml.call('nvmlDeviceGetCudaComputeCapability', handle, major, minor);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetCudaComputeCapability', status);
  return `${major.readInt32LE()}.${minor.readInt32LE()}`;
}

function nameProcess(nvml: Nvml, { pid, usedBytes }: ProcessEntry): GpuProcess {
  return {
    pid,
    name: readString(nvml, 'nvmlSystemGetProcessName', 256, pid),
    usedBytes: usedBytes ?? unavailable('the driver does not say how much this process holds'),
  };
}
