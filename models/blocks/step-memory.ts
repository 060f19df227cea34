import { bytesPerElement } from '../catalog/types.js';
import { byteSize, elements } from '../graph/value.js';
import { analyseStep } from './analyse.js';
import type { Architecture } from './architecture.js';
import { type DepthPeak, type DepthTerms, liveAtDepth } from './depth-law.js';
import { stepShape } from './forward.js';
import { gradientsHeldOf, optimisedOf, wholeRank } from './rank-share.js';
import { buildStep } from './step.js';
import type { PlannedBlock, StepShape } from './types.js';
import { updatePeak } from './update.js';

/** What a step takes of a device, worked out without building it whole. Bytes. */
export interface StepMemory {
  /** There before anything runs: weights, fp32 masters and moments of the share that is optimised, data and tables. */
  weights: number;
  masters: number;
  moments: number;
  inputs: number;
  /** What is alive at the most while it runs. */
  live: DepthPeak;
}

/** Memory of a step from the analysis of one block of each sort and the depth law. */
export function stepMemory(architecture: Architecture, shape: StepShape): StepMemory {
  const element = bytesPerElement[shape.dtype];
  const rank = shape.rank ?? wholeRank;
  const training = shape.task === 'train';
  const { sizesOf, analyse } = oneBlocks(architecture, shape);
  const blocks = shape.blocks.map(sizesOf);
  const sizes = blocks.flat();
  const stepped = optimisedOf(sizes, training && shape.optimizer ? rank.optimised : 0);
  const held = training ? gradientsHeldOf(sizes, rank) : stepped;
  let first = 0;
  const ones = shape.blocks.map((block, index) => {
    const own = blocks[index]!;
    const ownHeld = held.slice(first, first + own.length);
    first += own.length;
    const gradientBytes = element * sum(own.filter((_, parameter) => ownHeld[parameter]));
    return { ...analyse(block, ownHeld), gradientBytes };
  });
  // Of blocks that share their bytes, a tensor of a kind counts once.
  const names = shape.blocks.flatMap(({ kind }, block) =>
    blocks[block]!.map((_, index) => `${shape.sharedWeights ? kind : block} ${index}`),
  );
  const stored = (wanted: (index: number) => boolean) =>
    sum([
      ...new Map(names.flatMap((name, index) => (wanted(index) ? [[name, sizes[index]!]] : []))).values(),
    ]);
  const optimised = stored((index) => stepped[index]!);
  return {
    weights: element * stored(() => true),
    masters: shape.dtype === 'fp32' ? 0 : 4 * optimised,
    moments: 8 * optimised,
    inputs: inputBytes(architecture, shape),
    live: liveAtDepth(ones, updatePeak(sizes, stepped, held, shape.dtype)),
  };
}

/** Data and tables, which all blocks read: those of a step with one block of each kind. */
function inputBytes(architecture: Architecture, step: StepShape): number {
  const blocks = step.blocks.filter(
    ({ kind }, index) => step.blocks.findIndex((block) => block.kind === kind) === index,
  );
  const { graph } = buildStep(architecture, { ...step, blocks, optimizer: false });
  const read = graph.initializers.filter(({ value }) => value.storage.origin !== 'parameter');
  return sum(read.map(({ value }) => byteSize(value.shape, value.type)));
}

/** What is read of one block by itself. Bytes. */
type One = Omit<DepthTerms, 'gradientBytes'>;

/** Answers for single blocks of a step, each sort built once. */
function oneBlocks(architecture: Architecture, step: StepShape) {
  const sizes = new Map<string, number[]>();
  const ones = new Map<string, One>();
  const build = ({ kind, checkpoint }: PlannedBlock, held?: readonly boolean[]) => {
    const { blocks: _, sharedWeights: __, rank, ...rest } = step;
    const block = { ...rest, block: kind, depth: 1, checkpoint, optimizer: false };
    const shape = { ...stepShape(block), ...(rank && { rank }) };
    return { built: buildStep(architecture, shape, held && { held }), block };
  };
  return {
    /** Elements of each parameter of a block. */
    sizesOf(block: PlannedBlock): number[] {
      const known = sizes.get(block.kind);
      if (known) return known;
      const { built } = build({ ...block, checkpoint: false });
      const made = built.graph.parameters.map(({ shape }) => elements(shape));
      sizes.set(block.kind, made);
      return made;
    },
    /** A block of which these gradients are held. */
    analyse(block: PlannedBlock, held: readonly boolean[]): One {
      const key = `${block.kind} ${block.checkpoint} ${held.map(Number).join('')}`;
      const known = ones.get(key);
      if (known) return known;
      const { built, block: shape } = build(block, held);
      const { liveBytes, heldForBackwardBytes } = analyseStep(built, shape);
      const one = { liveBytes, heldForBackwardBytes };
      ones.set(key, one);
      return one;
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
