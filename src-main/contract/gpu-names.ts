import { known } from './evidence.js';
import type { Gpu } from './machine.js';

/** `GPU 3`, `GPU 0–7`, `GPU 0, 2, 5`; by UUID or name what is hidden, or cannot be used. */
export function gpuNames(gpus: readonly Gpu[]): string {
  const indexes = gpus.flatMap(({ index }) => (index === null ? [] : [index])).toSorted((a, b) => a - b);
  const hidden = gpus
    .filter(({ index }) => index === null)
    .map((gpu) => `${known(gpu.uuid) ?? gpu.name} (${withoutIndex(gpu)})`);
  return [...(indexes.length > 0 ? [`GPU ${spans(indexes)}`] : []), ...hidden].join(', ');
}

/** Why a GPU has no number in CUDA. */
export const withoutIndex = ({ runsOpenSora }: Gpu) => (runsOpenSora.ok ? 'hidden' : 'not usable');

/** `8 × NVIDIA H100 80GB HBM3`; one alone by its name, empty without any. */
export function countNames(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ');
}

function spans(indexes: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run !== undefined && index === run[1] + 1) run[1] = index;
    else runs.push([index, index]);
  }
  return runs
    .flatMap(([first, last]) => (last - first < 2 ? range(first, last) : [`${first}–${last}`]))
    .join(', ');
}

const range = (first: number, last: number) => (first === last ? [`${first}`] : [`${first}`, `${last}`]);
