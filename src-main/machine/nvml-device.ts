import type { GpuProcess } from '../contract/machine.js';
import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import { decodeString, nvmlFailure, nvmlSuccess, type ProcessEntry, pciInfoV3 } from './nvml-layout.js';
import { type Nvml, type NvmlHandle, readString } from './nvml-library.js';
import { memoryReader, processReader } from './nvml-memory.js';
import type { NvmlBasics } from './nvml-messages.js';

/** Newest CUDA that the driver can run, e.g. `12.4`. */
export function readCudaVersion(nvml: Nvml): Reading<string> {
  const buffer = Buffer.alloc(4);
  const status = nvml.call('nvmlSystemGetCudaDriverVersion_v2', buffer);
  if (status !== nvmlSuccess) return nvmlFailure('nvmlSystemGetCudaDriverVersion_v2', status);
  const version = buffer.readInt32LE(); // 1000 × major + 10 × minor
  if (version < 1000) return unavailable(`the driver answers ${version} for its CUDA version`);
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}

/** What tells one GPU from the others, its memory, and who holds it. */
export function readDevice(nvml: Nvml, nvmlIndex: number, handle: NvmlHandle): NvmlBasics {
  const entries = processReader(nvml, handle)();
  return {
    nvmlIndex,
    unusable: '',
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
