import type { GpuDetail, MigInstance } from '../contract/machine.js';
import { isUnavailable, type Reading } from '../contract/reading.js';
import { nvmlFailure, nvmlNotFound, nvmlSuccess } from './nvml-layout.js';
import { type Nvml, type NvmlHandle, readString, readUint } from './nvml-library.js';
import { memoryReader } from './nvml-memory.js';
import { onOrOff } from './nvml-plausible.js';

type Mig = GpuDetail['mig'];

/** Whether one GPU is cut into MIG instances, and into which. */
export function readMig(nvml: Nvml, handle: NvmlHandle): Mig {
  const [current, pending] = [Buffer.alloc(4), Buffer.alloc(4)];
  const status = nvml.call('nvmlDeviceGetMigMode', handle, current, pending);
  if (status !== nvmlSuccess) {
    const missing = nvmlFailure('nvmlDeviceGetMigMode', status);
    return { enabled: missing, instances: missing };
  }
  const enabled = onOrOff('nvmlDeviceGetMigMode', current.readUInt32LE());
  if (isUnavailable(enabled)) return { enabled, instances: enabled };
  return { enabled, instances: enabled ? readInstances(nvml, handle) : [] };
}

function readInstances(nvml: Nvml, handle: NvmlHandle): Reading<MigInstance[]> {
  const most = readUint(nvml, 'nvmlDeviceGetMaxMigDeviceCount', handle);
  if (isUnavailable(most)) return most;
  const instances: MigInstance[] = [];
  const buffer = Buffer.alloc(8);
  for (let index = 0; index < most; index++) {
    const status = nvml.call('nvmlDeviceGetMigDeviceHandleByIndex', handle, index, buffer);
    if (status === nvmlNotFound) continue; // no instance was made there
    if (status !== nvmlSuccess) return nvmlFailure('nvmlDeviceGetMigDeviceHandleByIndex', status);
    const instance = readInstance(nvml, buffer.readBigUInt64LE());
    if (isUnavailable(instance)) return instance;
    instances.push(instance);
  }
  return instances;
}

function readInstance(nvml: Nvml, handle: NvmlHandle): Reading<MigInstance> {
  const name = readString(nvml, 'nvmlDeviceGetName', 96, handle);
  const uuid = readString(nvml, 'nvmlDeviceGetUUID', 96, handle);
  if (isUnavailable(name)) return name;
  if (isUnavailable(uuid)) return uuid;
  const memory = memoryReader(nvml, handle)();
  if (isUnavailable(memory)) return { name, uuid, memoryBytes: memory, freeBytes: memory };
  return { name, uuid, memoryBytes: memory.totalBytes, freeBytes: memory.freeBytes };
}
