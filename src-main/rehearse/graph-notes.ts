import type { StepShape } from '../../models/blocks/types.js';
import type { ModelVersion } from '../../models/catalog/types.js';
import type { Target } from '../contract/target.js';
import { zeroRanks } from '../predict/ranks.js';

/** What of a run its rehearsal does not show, in words for the report. */
export function graphNotes(version: ModelVersion, target: Target, step: StepShape): string[] {
  const { sequenceParallel: sp, tensorParallel: tp } = target;
  const training = target.task === 'train';
  const ranks = zeroRanks(target);
  const depth = Object.values(version.depth).reduce((sum, count) => sum + count, 0);
  const notes: [boolean, string][] = [
    [
      step.dtype !== target.dtype,
      `In ${step.dtype}, since this device does not run ${target.dtype}: all that is held here is what the run takes in ${step.dtype}`,
    ],
    [
      sp > 1,
      `One of ${sp} GPUs that share a sequence, with its share of the tokens: attention is over these alone, and nothing is exchanged`,
    ],
    [tp > 1, `One of ${tp} GPUs that share each block, with its heads and widths: nothing is exchanged`],
    [
      training && ranks > 1 && target.loraRank === null,
      `One of ${ranks} GPUs that share the optimiser's states: those of whole tensors, which add up to its share`,
    ],
    [
      training && target.accumulation > 1,
      `One micro-step and the optimiser's step: the run has ${target.accumulation} micro-steps to each`,
    ],
    [
      training && target.loraRank !== null,
      "The weights' own gradients are worked out and freed at once, where the run has a LoRA's: the LoRA is ballast",
    ],
    [
      step.blocks.length < depth,
      `${step.blocks.length} of ${depth} blocks, since checkpoints cannot be moved to the host here: the weights of the others are ballast`,
    ],
    [
      step.sharedWeights,
      'All blocks of a kind have the same weights and states, since the host could not hold them all: the rest is ballast',
    ],
  ];
  return notes.flatMap(([holds, note]) => (holds ? [note] : []));
}
