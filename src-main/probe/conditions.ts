import { known, type Reading, unavailable } from '../contract/evidence.js';
import type { Conditions } from '../contract/probe.js';
import type { GpuState } from '../machine/nvml-state.js';
import { median } from './statistics.js';

/** Samples of a GPU as one: medians of figures, the union of reasons, the highest link. */
export function conditionsOf(states: readonly GpuState[]): Reading<Conditions> {
  if (states.length === 0) return unavailable('no sample fell into what was timed');
  return {
    powerWatts: over(states, 'powerWatts', median),
    smMHz: over(states, 'smMHz', median),
    gpuCelsius: over(states, 'gpuCelsius', median),
    throttleReasons: over(states, 'throttleReasons', (lists) => [...new Set(lists.flat())]),
    pcieGeneration: over(states, 'pcieGeneration', (values) => Math.max(...values)),
  };
}

/** Of the readings that are there; where none is, the last one's reason. */
function over<K extends keyof GpuState>(
  states: readonly GpuState[],
  key: K,
  combine: (values: Exclude<GpuState[K], { unavailable: string }>[]) => GpuState[K],
): GpuState[K] {
  type Value = Exclude<GpuState[K], { unavailable: string }>;
  const values = states.flatMap((state) => {
    const value = known(state[key] as Reading<Value>);
    return value === undefined ? [] : [value];
  });
  return values.length > 0 ? combine(values) : states.at(-1)![key];
}
