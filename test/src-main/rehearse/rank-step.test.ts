import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { architectureOf } from '../../../models/blocks/architecture.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { ownGrid, rankStep } from '../../../src-main/rehearse/rank-step.js';

const tokens = ({ latentFrames, rows, columns }: { latentFrames: number; rows: number; columns: number }) =>
  latentFrames * rows * columns;

function stepOf(flags: TargetFlags) {
  const target = resolveTarget(flags);
  const version = modelVersion(target.model, target.ae);
  return rankStep(version, architectureOf(target.model), target, target.buckets[0]!, false);
}

describe("a rank's share of the tokens", () => {
  const side = fc.integer({ min: 1, max: 40 });
  const grids = fc.record({ latentFrames: side, rows: side, columns: side });
  const shares = fc.constantFrom(1, 1 / 2, 1 / 3, 1 / 4, 1 / 8);

  it('is a grid within the whole one that has no fewer, and no more than a column of its places makes up', () => {
    fc.assert(
      fc.property(grids, shares, (grid, share) => {
        const own = ownGrid(architectureOf('v1.2'), grid, share);
        for (const axis of ['latentFrames', 'rows', 'columns'] as const)
          expect(own[axis]).toBeLessThanOrEqual(grid[axis]);
        expect(tokens(own)).toBeGreaterThanOrEqual(tokens(grid) * share - 1e-9);
        // No grid within it that has enough has fewer.
        for (let frames = 1; frames <= grid.latentFrames; frames++)
          for (let rows = 1; rows <= grid.rows; rows++) {
            const columns = Math.ceil((tokens(grid) * share - 1e-9) / (frames * rows));
            if (columns <= grid.columns) expect(tokens(own)).toBeLessThanOrEqual(frames * rows * columns);
          }
      }),
    );
  });

  it('is of text and image together in v2.0, whose text stays whole', () => {
    const own = ownGrid(architectureOf('v2.0'), { latentFrames: 33, rows: 48, columns: 48 }, 1 / 4);
    // (512 + 76,032) / 4 = 19,136 tokens.
    expect(512 + tokens(own)).toBeGreaterThanOrEqual(19_136);
    expect(512 + tokens(own)).toBeLessThan(19_136 * 1.005);
  });

  it('is all of them where upstream gives sequence parallelism up', () => {
    const step = stepOf({ model: 'v2.0', task: 'train', resolution: '256px', frames: 1, sp: 4, gpuCount: 4 });
    expect(tokens(step)).toBe(
      tokens(resolveTarget({ model: 'v2.0', task: 'train', resolution: '256px', frames: 1 }).buckets[0]!),
    );
  });
});

describe("one GPU's step", () => {
  const v20 = { model: 'v2.0', task: 'train', resolution: '256px', frames: 17 } as const;

  it("has ZeRO's share: of gradients too, but under ZeRO-1", () => {
    const of = (plugin: string, more: Partial<TargetFlags> = {}) =>
      stepOf({ ...v20, gpuCount: 8, plugin, ...more }).rank;
    expect(of('zero2')).toEqual({ optimised: 1 / 8, allGradients: false, tensorRanks: 1 });
    expect(of('zero1')).toEqual({ optimised: 1 / 8, allGradients: true, tensorRanks: 1 });
    // ZeRO is over the GPUs of different tensor groups alone.
    expect(of('hybrid', { tp: 4 })).toEqual({ optimised: 1 / 2, allGradients: false, tensorRanks: 4 });
  });

  it('steps no parameter of the blocks for a LoRA', () => {
    expect(stepOf({ ...v20, loraRank: 8 }).rank).toEqual({
      optimised: 0,
      allGradients: false,
      tensorRanks: 1,
    });
  });

  it('has the whole depth, with what is checkpointed', () => {
    const { blocks } = stepOf({ ...v20, checkpointing: '8,100' });
    expect(blocks).toHaveLength(57);
    expect(blocks.filter(({ checkpoint }) => checkpoint)).toHaveLength(8 + 38);
  });

  it('has of offloaded checkpoints as many as are on the GPU at once, and all blocks that make none', () => {
    const { blocks } = stepOf({ ...v20, checkpointing: '8,100', offload: true });
    expect(blocks.filter(({ checkpoint }) => checkpoint).map(({ kind }) => kind)).toEqual([
      'double',
      'single',
    ]);
    expect(blocks.filter(({ checkpoint }) => !checkpoint)).toHaveLength(11);
  });

  it('has the guidance batch in inference, and neither AdamW nor checkpoints', () => {
    const step = stepOf({ model: 'v2.0', task: 'infer', resolution: '256px', frames: 17, batch: 2 });
    expect(step).toMatchObject({ task: 'infer', batch: 6, optimizer: false });
    expect(step.blocks.some(({ checkpoint }) => checkpoint)).toBe(false);
  });
});
