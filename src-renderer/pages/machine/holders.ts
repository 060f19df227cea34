import { known } from '../../../src-main/contract/evidence.js';
import type { Gpu } from '../../../src-main/contract/machine.js';

export interface Holder {
  /** Null for what no process is named for. */
  process: { pid: number; name: string | undefined } | null;
  bytes: number;
}

/**
 * Who holds a GPU's memory that is not free, the largest first, and what is left over of it: the driver's own, and
 * processes that it does not name. Together they are what is not free, where that is known.
 */
export function holdersOf({ memory, processes }: Gpu): Holder[] {
  const named = (known(processes) ?? [])
    .flatMap(({ pid, name, usedBytes }): Holder[] => {
      const bytes = known(usedBytes);
      return bytes === undefined ? [] : [{ process: { pid, name: known(name) }, bytes }];
    })
    .toSorted((a, b) => b.bytes - a.bytes);
  const [total, free] = [known(memory.totalBytes), known(memory.freeBytes)];
  if (total === undefined || free === undefined) return named;
  const rest = total - free - named.reduce((sum, { bytes }) => sum + bytes, 0);
  return rest > 0 ? [...named, { process: null, bytes: rest }] : named;
}
