import { isUnavailable, known, type Reading } from '../../src-main/contract/evidence.js';
import { withoutIndex } from '../../src-main/contract/gpu-names.js';
import type { Gpu, MigInstance } from '../../src-main/contract/machine.js';
import { isCut, processMemory, profileOf } from '../../src-main/contract/process-memory.js';
import { holders } from '../report/machine-words.js';

/** Memory of a GPU, or of an instance that MIG cut of it. Bytes. */
export interface MemoryRow {
  /** `0`, `hidden`, or of an instance its profile. */
  label: string;
  /** What it is; empty where all GPUs are the same. */
  detail: string;
  isInstance: boolean;
  free: Reading<number>;
  used: Reading<number>;
  /** By driver and firmware; undefined where nothing says. */
  kept: number | undefined;
  total: Reading<number>;
  /** Who holds it: names, pids and sizes; or why that is not known. */
  holders: Reading<readonly string[]>;
}

/** A row for each GPU, and under one that MIG cuts a row for each instance. */
export function memoryRows(gpus: readonly Gpu[]): MemoryRow[] {
  const alike = new Set(gpus.map(({ name }) => name)).size === 1;
  return gpus.flatMap((gpu) => [rowOfGpu(gpu, alike ? '' : gpu.name), ...instanceRows(gpu)]);
}

function rowOfGpu(gpu: Gpu, detail: string): MemoryRow {
  const { freeBytes, usedBytes, totalBytes } = gpu.memory;
  return {
    label: gpu.index === null ? withoutIndex(gpu) : String(gpu.index),
    detail,
    isInstance: false,
    free: freeBytes,
    used: usedBytes,
    kept: isUnavailable(gpu.detail) ? undefined : known(gpu.detail.reservedBytes),
    total: totalBytes,
    holders: isUnavailable(gpu.processes) ? gpu.processes : holdersOf(gpu),
  };
}

/** The driver lists compute processes alone: others may hold what nobody here does. */
function holdersOf(gpu: Gpu): string[] {
  const listed = holders(gpu);
  if (listed.length > 0) return listed;
  return [(known(gpu.memory.usedBytes) ?? 0) > 0 ? 'no process is listed' : 'nobody'];
}

function instanceRows(gpu: Gpu): MemoryRow[] {
  if (!isCut(gpu) || isUnavailable(gpu.detail)) return [];
  const chosen = processMemory(gpu).instance;
  return (known(gpu.detail.mig.instances) ?? []).map((instance) => ({
    label: profileOf(instance),
    detail: instance === chosen ? 'MIG instance; a run gets this one' : 'MIG instance',
    isInstance: true,
    free: instance.freeBytes,
    used: takenOf(instance),
    kept: undefined,
    total: instance.memoryBytes,
    holders: [],
  }));
}

function takenOf({ memoryBytes, freeBytes }: MigInstance): Reading<number> {
  if (isUnavailable(memoryBytes)) return memoryBytes;
  return isUnavailable(freeBytes) ? freeBytes : memoryBytes - freeBytes;
}

/** What the width of bars that are read together stands for: the largest total, or 0 where none is known. */
export function largestTotal(rows: readonly MemoryRow[]): number {
  return Math.max(0, ...rows.map(({ total }) => known(total) ?? 0));
}
