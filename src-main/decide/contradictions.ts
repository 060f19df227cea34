import type { Target } from '../contract/target.js';

/** Two published figures that cannot both be right, about one run. */
interface Contradiction {
  about: (target: Target) => boolean;
  /** Memory of the card that the run is said to have fitted, in bytes; on less the arithmetic stands. */
  memoryBytes: number;
  text: string;
}

const contradictions: readonly Contradiction[] = [
  {
    about: ({ model, task, checkpointedBlocks, buckets }) =>
      model === 'v1.0' &&
      task === 'train' &&
      Object.values(checkpointedBlocks).every((count) => count === 0) &&
      buckets.length === 1 &&
      buckets.every(
        ({ height, width, frames, batch }) =>
          height === 512 && width === 512 && frames === 16 && batch > 2 && batch <= 8,
      ),
    // An 80 GB card less what its driver takes.
    memoryBytes: 78 * 2 ** 30,
    text: "published figures contradict each other: upstream's own config has batch 8 for H800 80 GB (v1.0:configs/opensora/train/16x512x512.py), and a user's H100 80 GB took batch 2 (issue #203)",
  },
];

/** What is published for and against this run on such a card; undefined where nothing contradicts itself. */
export function contradictionAbout(target: Target, freeBytes: number): string | undefined {
  return contradictions.find(({ about, memoryBytes }) => freeBytes >= memoryBytes && about(target))?.text;
}
