import type { Dtype } from '../../models/catalog/types.js';
import { isUnavailable, known, type Reading } from '../contract/evidence.js';
import type { Gpu, Machine } from '../contract/machine.js';
import type { Point, Probe } from '../contract/probe.js';
import { isCut, processMemory } from '../contract/process-memory.js';
import { cudaEnvironmentFor } from '../machine/cuda-visible.js';
import { deadlineSeconds } from './budget.js';
import { runProbe } from './host.js';
import type { Provider, Timing } from './messages.js';
import { notSupported } from './modelled.js';
import { openSampler, type Sampler } from './sampler.js';

/** A device that probes run on, one after the other. */
export interface DeviceRun {
  /** Type that the device runs a target of `wanted` type in. */
  dtypeFor(wanted: Dtype): Dtype;
  /** FLOP/s to plan by until a probe has told: a modest device of its kind. */
  firstGuess: number;
  /** Bytes that a probe may take now. */
  freeBytes(): Promise<number>;
  /** Measures one point, after memory is back at the level at which the device was opened. */
  measure(point: Point, timing: Timing, expectedSeconds: number, signal: AbortSignal): Promise<Probe>;
  close(): void;
}

/** FLOP/s of one core in fp32, and of a GPU that is no faster than it must be. */
const cpuCoreGuess = 4e10;
const gpuGuess = 2e12;
/** Left to the system and to this process when a probe takes the host's memory. */
const hostReserve = 2 * 2 ** 30;
/** Memory counts as back when this near to the level before. */
const slack = 64 * 2 ** 20;
const settleMs = 10_000;
const pollMs = 50;

/**
 * Opens a device for probes.
 *
 * @param gpu the NVIDIA GPU to measure on; ignored by other providers
 * @param libraryFolders where CUDA's libraries lie
 */
export function openDevice(
  provider: Provider,
  machine: Machine,
  gpu: Gpu | null,
  libraryFolders: readonly string[],
): DeviceRun {
  const onGpu = provider === 'cuda' && gpu !== null;
  const uuid = onGpu ? known(gpu.uuid) : undefined;
  const sampler = openSampler(uuid ?? null);
  const env = onGpu ? { ...libraryPath(libraryFolders), ...cudaEnvironmentFor(gpu) } : {};
  const settled = memoryBack(sampler);
  return {
    // CUDA and DirectML have kernels for the narrow types; elsewhere the graph is run in fp32.
    dtypeFor: (wanted) =>
      provider === 'cuda' || (provider === 'dml' && wanted === 'fp16') ? wanted : 'fp32',
    firstGuess: provider === 'cpu' ? cpuCoreGuess * machine.host.cpu.usableCores : gpuGuess,
    async freeBytes() {
      const ofGpu = onGpu ? known(await freeOfGpu(gpu, sampler)) : undefined;
      return ofGpu ?? Math.max(0, machine.host.memory.freeBytes - hostReserve);
    },
    async measure(point, timing, expectedSeconds, signal) {
      if (provider === 'cpu' && point.dtype !== 'fp32')
        return notSupported(
          point,
          provider,
          `the CPU provider has no ${point.dtype} kernels: measure in fp32, or ask the graph with --structural`,
        );
      await settled(signal);
      return runProbe(point, {
        provider,
        timing,
        deadlineSeconds: deadlineSeconds(expectedSeconds),
        env,
        signal,
        sampler,
      });
    },
    close: () => sampler.close(),
  };
}

/** Free of a GPU now, to one process; where it is not sampled, as it was when the machine was read. Bytes. */
export async function freeOfGpu(gpu: Gpu, sampler: Sampler): Promise<Reading<number>> {
  // Of a GPU that is cut the sampler sees the whole, and a process gets an instance.
  const total = isCut(gpu) ? undefined : known(gpu.memory.totalBytes);
  const used = known(await sampler.gpuUsedNow());
  if (total !== undefined && used !== undefined) return Math.max(0, total - used);
  return processMemory(gpu).freeBytes;
}

/** Waits until a GPU's memory is back at the level that it has now, and no longer than 10 s: drivers free it a little late. */
export function memoryBack(sampler: Sampler): (signal: AbortSignal) => Promise<void> {
  const level = sampler.gpuUsedNow();
  return async (signal) => {
    const before = await level;
    if (isUnavailable(before)) return;
    for (let waited = 0; waited < settleMs && !signal.aborted; waited += pollMs) {
      const now = await sampler.gpuUsedNow();
      if (isUnavailable(now) || now <= before + slack) return;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };
}

/** What puts folders before the loader's path in a worker. */
export function libraryPath(folders: readonly string[]): Record<string, string> {
  if (folders.length === 0) return {};
  const before = process.env.LD_LIBRARY_PATH;
  return { LD_LIBRARY_PATH: [...folders, ...(before ? [before] : [])].join(':') };
}
