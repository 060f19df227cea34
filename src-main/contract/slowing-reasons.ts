import { known } from './evidence.js';
import type { GpuDetail } from './machine.js';

// In the contract because the checks judge by it, and terminal and pages mark by it.

/**
 * Of the reasons that hold clocks down, those that a healthy GPU does not have: its own power limit is one under full
 * load, unless that limit was lowered.
 * @param reasons in NVML's words, without `idle`
 */
export function slowingReasons(reasons: readonly string[], power: GpuDetail['power'] | undefined): string[] {
  const limit = power && known(power.limitWatts);
  const usual = power && known(power.defaultLimitWatts);
  const lowered = limit !== undefined && usual !== undefined && limit < 0.99 * usual;
  return reasons.filter((reason) => lowered || !/software power cap/i.test(reason));
}
