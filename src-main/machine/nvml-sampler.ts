import { isUnavailable, type Reading, unavailable } from '../contract/reading.js';
import { openNvml, readHandle } from './nvml-library.js';
import { processReader, usedReader } from './nvml-memory.js';
import { type GpuState, readState } from './nvml-state.js';
import { processIdsAreOurs } from './pid-namespace.js';

export interface NvmlSampler {
  /** Bytes of the whole GPU in use, whoever holds them. Cheap enough for some hundred a second. */
  usedBytes(): Reading<number>;
  /** Bytes that one process holds on that GPU; costs several times as much. */
  processBytes(pid: number): Reading<number>;
  /** What changes slowly: for some ten a second. */
  readState(): GpuState;
  close(): void;
}

/**
 * Opens one GPU for sampling, by its UUID (the safe way: CUDA's ordinals are not NVML's) or its position in NVML.
 * Unavailable where there is no NVML or no such GPU.
 * @param root where Linux's files lie
 */
export function openNvmlSampler(gpu: number | string, root = '/'): Reading<NvmlSampler> {
  const nvml = openNvml();
  if (isUnavailable(nvml)) return nvml;
  const handle = readHandle(nvml, gpu);
  if (isUnavailable(handle)) {
    nvml.close();
    return handle;
  }
  const listed = processIdsAreOurs(root);
  const readProcesses = isUnavailable(listed) ? () => listed : processReader(nvml, handle);
  return {
    usedBytes: usedReader(nvml, handle),
    processBytes(pid) {
      const processes = readProcesses();
      if (isUnavailable(processes)) return processes;
      const entry = processes.find((candidate) => candidate.pid === pid);
      if (!entry) return unavailable(`the driver lists no process ${pid} on this GPU`);
      return entry.usedBytes ?? unavailable('the driver does not say how much this process holds');
    },
    readState: () => readState(nvml, handle),
    close: () => nvml.close(),
  };
}
