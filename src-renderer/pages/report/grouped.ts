import type { Replacement } from '../../../src-main/contract/export.js';

/** A text that is replaced in the same way wherever it stands: its first place, and in how many. */
export interface ReplacementGroup extends Replacement {
  count: number;
}

/** One text for each, in the order of their first places: an address of NVLink stands in a report a hundred times. */
export function grouped(replaced: readonly Replacement[]): ReplacementGroup[] {
  const groups = new Map<string, ReplacementGroup>();
  for (const { field, from, to } of replaced) {
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { field, from, to, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()];
}
