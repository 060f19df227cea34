import { known } from '../contract/evidence.js';
import type { Gpu, Machine } from '../contract/machine.js';
import { isCut, processMemory } from '../contract/process-memory.js';
import type { JudgedGpu } from '../contract/target.js';
import { UsageError } from '../contract/usage-error.js';
import { findGpu, knownGpu } from './gpus.js';
import { parseMemorySize } from './memory-size.js';
import type { Speed } from './time.js';

/** What a verdict is about where it is not the GPU that was measured on, and what its speed rests on. */
export interface Judged {
  judgedGpu: JudgedGpu | null;
  speed: Speed;
}

/**
 * The GPU that `--gpu` or `--gpu-memory` name; without either the one that was measured on.
 *
 * @param measured the GPU of the probes, or null where they ran on none
 * @param machine whose GPU that is
 * @throws UsageError where a name or size is of no use, or both are given
 */
export function judgedGpu(
  asked: { gpu?: string | undefined; gpuMemory?: string | undefined },
  measured: Gpu | null,
  machine?: Machine,
): Judged {
  const { gpu, gpuMemory } = asked;
  if (gpu !== undefined && gpuMemory !== undefined)
    throw new UsageError('--gpu and --gpu-memory exclude each other: name the GPU, or give its memory alone');
  if (gpu !== undefined) {
    const spec = findGpu(gpu);
    const { name, memoryBytes, source } = spec;
    return { judgedGpu: { name, memoryBytes, source }, speed: { of: 'gpu', gpu: spec } };
  }
  if (gpuMemory === undefined)
    return {
      judgedGpu: null,
      speed: {
        of: 'measured-device',
        // An instance has a share of what the catalogue says of the whole.
        gpu: measured === null || isCut(measured) ? undefined : knownGpu(measured.name),
        ...(machine && { hostCores: machine.host.cpu.usableCores }),
      },
    };
  const memoryBytes = parseMemorySize(gpuMemory);
  return {
    judgedGpu: { name: `a GPU with ${gpuMemory}`, memoryBytes, source: 'given by --gpu-memory' },
    speed: {
      of: 'unknown',
      reason: 'the memory of a GPU was given, and not which GPU: its speed is not known',
    },
  };
}

/**
 * This machine's own GPU where nothing is measured on it: the fullest of those that Open-Sora runs on, by what is free
 * of its memory now, and by the catalogue for its speed.
 */
export function ownGpu(gpus: readonly Gpu[]): Judged | undefined {
  const able = gpus.flatMap((gpu) => {
    const { instance, freeBytes } = processMemory(gpu);
    const memoryBytes = known(freeBytes);
    if (!gpu.runsOpenSora.ok || memoryBytes === undefined) return [];
    return [{ name: instance?.name ?? gpu.name, memoryBytes, instance }];
  });
  const [fullest] = able.toSorted((a, b) => a.memoryBytes - b.memoryBytes);
  if (fullest === undefined) return undefined;
  const { name, memoryBytes, instance } = fullest;
  const spec = instance === null ? knownGpu(name) : undefined;
  const why =
    instance === null ? 'is not in the catalogue' : 'is an instance of MIG, whose speed is not known';
  return {
    judgedGpu: { name, memoryBytes, source: 'what is free on it now' },
    speed:
      spec === undefined
        ? { of: 'unknown', reason: `nothing was run, and ${name} ${why}` }
        : { of: 'gpu', gpu: spec },
  };
}
