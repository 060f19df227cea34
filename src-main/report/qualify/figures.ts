import type { MemoryKind } from '../../contract/baseline.js';
import { isUnavailable, known } from '../../contract/evidence.js';
import type { Gpu } from '../../contract/machine.js';
import { pointKey } from '../../contract/point-key.js';
import type { Probe } from '../../contract/probe.js';
import { median } from '../../probe/statistics.js';

/** The figures of one probe that machines are held to. */

/** Tokens a second, where it was timed. */
export function throughputOf({ tokensPerSecond }: Probe): number | undefined {
  return positive(known(tokensPerSecond));
}

/** Bytes of one kind of its memory, where that was read. */
export function memoryOf({ memory }: Probe, kind: MemoryKind): number | undefined {
  if (isUnavailable(memory)) return undefined;
  const readings = { device: memory.deviceBytes, 'in use': memory.inUseBytes, live: memory.liveBytes };
  return positive(known(readings[kind]));
}

const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined);

/** Probes that ran on a device and ended well, by their point. */
export function measuredByPoint(probes: readonly Probe[]): Map<string, Probe> {
  const found = new Map<string, Probe>();
  for (const probe of probes) {
    const key = pointKey(probe.point);
    if (probe.status === 'ok' && probe.evidence === 'measured' && !found.has(key)) found.set(key, probe);
  }
  return found;
}

/** Names of the GPUs that a process may use, in the same order whatever slots they are in. */
export function usableGpuNames(gpus: readonly Gpu[]): string[] {
  return gpus.flatMap(({ index, name }) => (index === null ? [] : [name])).sort();
}

/** Largest distance from the median, over the median, of at least one number above zero. */
export function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return Math.max(...values.map((value) => Math.abs(value - middle))) / middle;
}
