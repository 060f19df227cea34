import { modelVersion } from '../../../models/catalog/index.js';
import type { BlockKind } from '../../../models/catalog/types.js';
import type { Target } from '../../contract/target.js';
import { countChanges } from '../settings.js';
import { better, type Candidate, candidateOf, cannotBeBetter } from './candidate.js';
import type { Evaluator } from './evaluator.js';

/** Ranges of the two counts that are left, both ends included. */
interface Box {
  least: Counts;
  most: Counts;
}

type Counts = readonly number[];

/** The counts that are all ways to checkpoint a version's blocks: v2.0 counts them by kind, v1.x has all or none. */
function boxesOf(target: Target): Box[] {
  const depths = Object.values(modelVersion(target.model, target.ae).depth);
  const none = depths.map(() => 0);
  if (target.task === 'infer') return [{ least: none, most: none }];
  if (target.model !== 'v2.0')
    return [
      { least: none, most: none },
      { least: depths, most: depths },
    ];
  // From the first checkpointed block on, memory falls with each. The first itself may raise it: the worst moment is then
  // the recomputation of a block. So none is apart from some, for each kind.
  const ranges = (depth: number) => [
    [0, 0],
    [1, depth],
  ];
  return ranges(depths[0]!).flatMap(([a0, a1]) =>
    ranges(depths[1]!).map(([b0, b1]) => ({ least: [a0!, b0!], most: [a1!, b1!] })),
  );
}

/** All blocks checkpointed, where there is a choice: what needs the least memory. */
export function mostCheckpointed(target: Target): Target {
  return withCounts(target, boxesOf(target).at(-1)!.most);
}

/** No block checkpointed, where there is a choice: what no checkpointing is faster than. */
export function leastCheckpointed(target: Target): Target {
  return withCounts(target, boxesOf(target)[0]!.least);
}

/**
 * The fastest checkpointing with which the other settings fit, if it is better than what was found before.
 *
 * Within a box memory falls and time rises with each count, so that a box whose largest counts do not fit has nothing, one
 * whose least counts are slower than the best found has nothing better, and one whose least counts fit has those.
 *
 * @param least no checkpointing of the settings takes fewer seconds for a sample
 */
export function fastestCheckpointing(
  settings: Target,
  asked: Target,
  least: number,
  found: Candidate | undefined,
  evaluate: Evaluator,
): Candidate | undefined {
  const changes = countChanges(asked, { ...settings, checkpointedBlocks: asked.checkpointedBlocks });
  const seconds = (counts: Counts) => evaluate.secondsPerSample(withCounts(settings, counts));
  const fits = (counts: Counts) => usable(settings, counts) && evaluate.fits(withCounts(settings, counts));
  const boxes = boxesOf(settings);
  // What needs the least of all: without it there is nothing to look for.
  if (!fits(boxes.at(-1)!.most)) return found;
  let best = found;
  let open: Open[] = boxes.map((box) => ({ box, least, timed: false, fits: box === boxes.at(-1) }));
  while (open.length > 0) {
    const next = open.reduce((one, other) => (other.least < one.least ? other : one));
    if (cannotBeBetter(next.least, changes, best)) break;
    open = open.filter((box) => box !== next);
    const { box } = next;
    if (!next.timed) open.push({ ...next, least: seconds(box.least), timed: true });
    else if (!next.fits && !fits(box.most)) continue;
    else if (fits(box.least))
      best = better(best, candidateOf(withCounts(settings, box.least), asked, evaluate));
    else {
      const [small, large] = halves(box);
      // The lower half has the least counts of the whole, the upper half its largest.
      if (small !== undefined) open.push({ ...next, box: small, fits: false });
      if (large !== undefined) open.push({ ...next, box: large, timed: false, fits: true });
    }
  }
  return best;
}

/** A box that is still to be looked at. */
interface Open {
  box: Box;
  /** No settings of it take fewer seconds; those of its least counts where it is timed. */
  least: number;
  timed: boolean;
  /** Whether its largest counts are known to fit. */
  fits: boolean;
}

/** Along its longer side; nothing of a single point. */
function halves({ least, most }: Box): Box[] {
  const sides = most.map((count, index) => count - least[index]!);
  const side = sides.indexOf(Math.max(...sides));
  if (sides[side] === 0) return [];
  const middle = Math.floor((least[side]! + most[side]!) / 2);
  return [
    { least, most: most.with(side, middle) },
    { least: least.with(side, middle + 1), most },
  ];
}

/** Upstream's offload moves checkpoints: without any there is nothing to move. */
function usable({ offload, task }: Target, counts: Counts): boolean {
  return task === 'infer' || !offload || counts.some((count) => count > 0);
}

function withCounts(target: Target, counts: Counts): Target {
  const kinds = Object.keys(modelVersion(target.model, target.ae).depth) as BlockKind[];
  return {
    ...target,
    checkpointedBlocks: Object.fromEntries(kinds.map((kind, index) => [kind, counts[index]!])),
  };
}
