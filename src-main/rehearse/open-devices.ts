import { isUnavailable, known, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { Gpu, Machine } from '../contract/machine.js';
import { processMemory } from '../contract/process-memory.js';
import { cudaEnvironmentFor } from '../machine/cuda-visible.js';
import { deviceName } from '../machine/device-name.js';
import { readFreeMemory } from '../machine/host.js';
import { readNvml } from '../machine/nvml.js';
import { freeOfGpu, libraryPath, memoryBack } from '../probe/device-run.js';
import type { Provider } from '../probe/messages.js';
import { hostReserveBytes, type RehearsalDevice } from '../probe/rehearsal/device.js';
import { openSampler } from '../probe/sampler.js';

/** Devices that are rehearsed at once. */
export interface OpenDevices {
  devices: RehearsalDevice[];
  /** Waits until memory is back at the level that it had when they were opened. */
  settled(signal: AbortSignal): Promise<void>;
  close(): void;
}

/**
 * Opens what a provider rehearses on.
 *
 * @param gpus of NVIDIA's, for CUDA; other providers take one device, which they do not name
 * @param libraryFolders where CUDA's libraries lie
 */
export function openDevices(
  provider: Provider,
  machine: Machine,
  gpus: readonly Gpu[],
  libraryFolders: readonly string[],
): OpenDevices {
  const opened = (provider === 'cuda' ? gpus : [null]).map((gpu) =>
    openOne(provider, machine, gpu, libraryFolders),
  );
  return {
    devices: opened.map(({ device }) => device),
    settled: async (signal) => void (await Promise.all(opened.map(({ back }) => back(signal)))),
    close: () => {
      for (const { device } of opened) device.sampler.close();
    },
  };
}

function openOne(
  provider: Provider,
  machine: Machine,
  gpu: Gpu | null,
  libraryFolders: readonly string[],
): { device: RehearsalDevice; back: (signal: AbortSignal) => Promise<void> } {
  const sampler = openSampler(gpu === null ? null : (known(gpu.uuid) ?? null));
  const device: RehearsalDevice = {
    gpu,
    provider,
    name: deviceName(provider, gpu, machine),
    env: gpu === null ? {} : { ...libraryPath(libraryFolders), ...cudaEnvironmentFor(gpu) },
    sampler,
    freeBytes: () => (gpu === null ? freeOfHost() : freeOfGpu(gpu, sampler)),
    freeAtVerdictBytes: gpu === null ? null : (known(processMemory(gpu).freeBytes) ?? null),
    holders: () => (gpu === null ? Promise.resolve([]) : holdersOf(gpu)),
    limitBytes: null,
    // Of other providers' GPUs nothing says how much memory they have of their own.
    onHost: provider !== 'cuda',
  };
  return { device, back: memoryBack(sampler) };
}

/** What a device without memory of its own may take of the host's. */
async function freeOfHost(): Promise<number> {
  return Math.max(0, (await readFreeMemory()) - hostReserveBytes);
}

/** Who has a GPU's memory now, the most first. */
async function holdersOf({ uuid }: Gpu): Promise<string[]> {
  const nvml = await readNvml().catch(() => unavailable('NVML was not read'));
  if (isUnavailable(nvml)) return [];
  const processes = nvml.devices.find((device) => known(device.uuid) === known(uuid))?.processes ?? [];
  if (isUnavailable(processes)) return [];
  const used = ({ usedBytes }: (typeof processes)[number]) => known(usedBytes) ?? 0;
  return processes
    .toSorted((a, b) => used(b) - used(a))
    .map((each) => `${known(each.name) ?? 'a process'} (pid ${each.pid}) ${formatGiB(used(each))}`);
}
