import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Gpu, Machine } from '../contract/machine.js';
import { machineChecks } from './checks.js';
import { type CudaVisibility, cudaVisibility } from './cuda-visible.js';
import { type HostOptions, readHost } from './host.js';
import { type NvmlDevice, type NvmlMachine, readNvml } from './nvml.js';
import { readOtherGpus } from './other-gpus.js';
import { processIdsAreOurs } from './pid-namespace.js';
import { type ProviderOptions, providerOptions, readProviderFacts } from './providers.js';

/** `cudaLibs` is `--cuda-libs DIR`, `data` is `--data PATH`; `env` and `root` stand in for this process's own. */
export type DetectOptions = ProviderOptions & HostOptions;

/**
 * Reads this machine: its GPUs, host, providers and first checks. Changes nothing.
 * @throws UsageError where `--cuda-libs` is no folder, or `--data` is not there
 */
export async function detectMachine(options: DetectOptions = {}): Promise<Machine> {
  const { env = process.env, root = '/' } = options;
  // The commands behind these run while NVML, which blocks, is read.
  const waiting = Promise.all([readOtherGpus(root), readHost(options)]);
  const nvml = readNvml();
  const processIds = processIdsAreOurs(root);
  const visibility = cudaVisibility(candidates(nvml), env);
  const nvidia = isUnavailable(nvml) ? [] : nvidiaGpus(nvml, visibility, processIds);
  const [others, host] = await waiting;
  // NVIDIA adapters that NVML lists are seen by the operating system too.
  const gpus = [...nvidia, ...others.filter(({ vendor }) => vendor !== 'nvidia' || nvidia.length === 0)];
  const facts = await readProviderFacts(gpus, options);
  const checks = machineChecks({
    gpus,
    host,
    nvmlReason: isUnavailable(nvml) ? nvml.unavailable : '',
    cudaDoubt: visibility.doubt,
    containerNote: nvidia.length > 0 && isUnavailable(processIds) ? processIds.unavailable : '',
    disagreements: [],
    rates: [],
  });
  return { gpus, host, providers: providerOptions(facts), checks, disagreements: [], rates: [] };
}

function nvidiaName({ name, nvmlIndex }: NvmlDevice): string {
  return isUnavailable(name) ? `NVIDIA GPU ${nvmlIndex}` : name;
}

function candidates(nvml: Reading<NvmlMachine>) {
  if (isUnavailable(nvml)) return [];
  return nvml.devices
    .filter(({ reachable }) => reachable)
    .map((device) => ({ ...device, name: nvidiaName(device) }));
}

function nvidiaGpus(nvml: NvmlMachine, visibility: CudaVisibility, processIds: Reading<true>): Gpu[] {
  const reachable = nvml.devices.filter((device) => device.reachable);
  return nvml.devices.map((device): Gpu => {
    const { memory, uuid, pciAddress, computeCapability, processes } = device;
    return {
      index: visibility.ordinals[reachable.indexOf(device)] ?? null,
      vendor: 'nvidia',
      name: nvidiaName(device),
      uuid,
      pciAddress,
      computeCapability,
      memory: isUnavailable(memory)
        ? { totalBytes: memory, freeBytes: memory, usedBytes: memory }
        : { totalBytes: memory.totalBytes, freeBytes: memory.freeBytes, usedBytes: memory.usedBytes },
      processes: isUnavailable(processIds) ? processIds : processes,
      driverVersion: nvml.driverVersion,
      cudaVersion: nvml.cudaVersion,
      detail: unavailable('not read'),
      runsOpenSora: device.reachable
        ? runsOpenSora(computeCapability)
        : { ok: false, reason: 'the driver lists this GPU and cannot reach it' },
    };
  });
}

/** Upstream's needs by CUDA compute capability: FlashAttention and bf16 from Ampere (8.0) on, fp16 from Volta (7.0) on. */
export function runsOpenSora(computeCapability: Reading<string>): Gpu['runsOpenSora'] {
  if (isUnavailable(computeCapability)) {
    return { ok: true, reason: 'an NVIDIA GPU; its generation could not be read' };
  }
  const generation = Number(computeCapability);
  if (generation >= 8) return { ok: true, reason: 'bf16 and FlashAttention are there' };
  if (generation >= 7) {
    return { ok: true, reason: 'v1.x in fp16 alone: no bf16 and no FlashAttention, which v2.0 requires' };
  }
  return {
    ok: false,
    reason: `compute capability ${computeCapability} is too old: 7.0 is the least for fp16 training`,
  };
}
