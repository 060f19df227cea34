import { isUnavailable, type Reading } from '../contract/evidence.js';
import type { Gpu } from '../contract/machine.js';
import type { Environment } from './cuda-folders.js';
import { cudaVisibility } from './cuda-visible.js';
import { readNumaNode } from './numa-node.js';
import type { NvmlDevice, NvmlMachine } from './nvml-messages.js';

interface Surroundings {
  env: Environment;
  /** Where Linux's files lie. */
  root: string;
  processIds: Reading<true>;
}

/** NVML's devices as GPUs of the machine, with CUDA's ordinals, and what is uncertain about these. */
export function nvidiaGpus(
  nvml: Reading<NvmlMachine>,
  { env, root, processIds }: Surroundings,
): { gpus: Gpu[]; cudaDoubt: string } {
  if (isUnavailable(nvml)) return { gpus: [], cudaDoubt: '' };
  const usable = nvml.devices.filter(({ unusable }) => unusable === '');
  const { ordinals, doubt } = cudaVisibility(
    usable.map((device) => ({ ...device, name: nameOf(device) })),
    env,
  );
  const gpus = nvml.devices.map((device): Gpu => {
    const { memory, uuid, pciAddress, computeCapability, processes, detail, unusable } = device;
    return {
      index: ordinals[usable.indexOf(device)] ?? null,
      vendor: 'nvidia',
      name: nameOf(device),
      uuid,
      pciAddress,
      computeCapability,
      memory: isUnavailable(memory) ? { totalBytes: memory, freeBytes: memory, usedBytes: memory } : memory,
      processes: isUnavailable(processIds) ? processIds : processes,
      driverVersion: nvml.driverVersion,
      cudaVersion: nvml.cudaVersion,
      detail: isUnavailable(detail) ? detail : { ...detail, numaNode: readNumaNode(pciAddress, root) },
      runsOpenSora: unusable === '' ? runsOpenSora(computeCapability) : { ok: false, reason: unusable },
    };
  });
  return { gpus, cudaDoubt: doubt };
}

function nameOf({ name, nvmlIndex }: NvmlDevice): string {
  return isUnavailable(name) ? `NVIDIA GPU ${nvmlIndex}` : name;
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
