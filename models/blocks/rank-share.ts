import type { RankShare } from './types.js';

/** What a rank has that is alone. */
export const wholeRank: RankShare = { optimised: 1, allGradients: true, tensorRanks: 1 };

/**
 * Which parameters one of ZeRO's ranks steps: whole tensors, of which the sum by elements is at most `share` of all, and short
 * of it by less than the smallest tensor that is left out. They are spread over the model: up to any place the sum is
 * within twice the largest tensor of the share. The large ones are placed so, and small ones make up what is missing.
 *
 * ColossalAI cuts the model's tensors anywhere (low_level_optim.py), which whole tensors of a graph cannot follow.
 *
 * @param sizes elements of each tensor, in the model's order
 * @param share 0 to 1
 */
export function optimisedOf(sizes: readonly number[], share: number): boolean[] {
  const taken = sizes.map(() => false);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let passed = 0;
  let sum = 0;
  const take = (index: number, most: number) => {
    if (taken[index] || sum + sizes[index]! > most) return;
    taken[index] = true;
    sum += sizes[index]!;
  };
  for (const [index, size] of sizes.entries()) {
    passed += size;
    if (size * sizes.length >= all) take(index, share * passed);
  }
  const bySize = sizes.map((_, index) => index).sort((a, b) => sizes[b]! - sizes[a]!);
  for (const index of bySize) take(index, share * all);
  return taken;
}

/** Which parameters' gradients a rank holds to the end of the step; sizes as above. */
export function gradientsHeldOf(sizes: readonly number[], { allGradients, optimised }: RankShare): boolean[] {
  return optimisedOf(sizes, allGradients ? 1 : optimised);
}
