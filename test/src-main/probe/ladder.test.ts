import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Profile } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { bisect } from '../../../src-main/probe/bisect.js';
import { ladder, type Rung } from '../../../src-main/probe/ladder.js';

const v12: TargetFlags = { model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 };

function rungsOf(flags: TargetFlags, profile: Profile = 'quick') {
  const target = resolveTarget(flags);
  return { own: target.buckets[0]!, rungs: ladder(target, target.buckets[0]!, profile) };
}
const shown = (rungs: readonly Rung[]) => rungs.map(({ frames, batch }) => `${frames}f b${batch}`);
const work = ({ latentFrames, batch, rows, columns }: Rung) => latentFrames * batch * rows * columns;

describe('a ladder', () => {
  it('raises frames at batch 1 and then the batch: v1.2, 144p, 51 frames, batch 4', () => {
    expect(shown(rungsOf(v12).rungs)).toEqual(['17f b1', '51f b1', '51f b2', '51f b4']);
  });

  it('begins v2.0 with a single frame and takes only frames that its VAE takes', () => {
    const { rungs } = rungsOf({ ...v12, model: 'v2.0', resolution: '256px', frames: 129, batch: 3 });
    expect(shown(rungs)).toEqual(['1f b1', '41f b1', '129f b1', '129f b2', '129f b3']);
    for (const { frames } of rungs) expect(modelVersion('v2.0').acceptsFrames(frames).ok).toBe(true);
  });

  it('has one rung for an image of batch 1', () => {
    expect(shown(rungsOf({ ...v12, frames: 1, batch: 1 }).rungs)).toEqual(['1f b1']);
  });

  it('counts the guidance batch in inference', () => {
    const { rungs } = rungsOf({ ...v12, task: 'infer', batch: 1 });
    expect(rungs.at(-1)!.batch).toBe(modelVersion('v1.2').guidanceBatch);
  });

  it('begins on a smaller grid where the own one is large, and says so', () => {
    const { rungs, own } = rungsOf({ ...v12, resolution: '720p' });
    expect(own.rows * own.columns).toBeGreaterThan(256);
    expect(rungs[0]).toMatchObject({
      rows: 16,
      columns: 16,
      batch: 1,
      resolution: expect.stringMatching(/^720p cut to/),
    });
    expect(rungs.slice(1).every(({ resolution }) => resolution === '720p')).toBe(true);
  });

  it('has more rungs in a standard sweep, and most in a thorough one', () => {
    const counts = (['quick', 'standard', 'thorough'] as const).map(
      (profile) => rungsOf({ ...v12, batch: 8 }, profile).rungs.length,
    );
    expect(counts[0]).toBeLessThan(counts[1]!);
    expect(counts[1]).toBeLessThan(counts[2]!);
  });

  it('rises from small to the own shape, each once, whatever the target', () => {
    const versions = ['v1.0', 'v1.1', 'v1.2', 'v1.3', 'v2.0'] as const;
    const targets = fc.record({
      model: fc.constantFrom(...versions),
      task: fc.constantFrom('train', 'infer'),
      chunks: fc.integer({ min: 0, max: 40 }),
      batch: fc.integer({ min: 1, max: 70 }),
      profile: fc.constantFrom<Profile>('quick', 'standard', 'thorough'),
      large: fc.boolean(),
    });
    fc.assert(
      fc.property(targets, ({ model, task, chunks, batch, profile, large }) => {
        const version = modelVersion(model);
        const resolution = model === 'v2.0' ? (large ? '768px' : '256px') : large ? '720p' : '144p';
        if (!version.resolutions.includes(resolution)) return;
        const wanted = 1 + 4 * chunks;
        const accepted = version.acceptsFrames(wanted);
        const frames = accepted.ok ? wanted : accepted.nearest[0]!;
        const { rungs, own } = rungsOf({ model, task, resolution, frames, batch }, profile);
        const sizes = rungs.map(work);
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        expect(new Set(rungs.map((rung) => JSON.stringify(rung))).size).toBe(rungs.length);
        expect(rungs.at(-1)).toMatchObject({
          frames: own.frames,
          latentFrames: own.latentFrames,
          rows: own.rows,
          columns: own.columns,
          resolution,
        });
        for (const rung of rungs) expect(version.acceptsFrames(rung.frames).ok).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('bisection', () => {
  const base = { frames: 51, latentFrames: 15, batch: 1, rows: 9, columns: 16, resolution: '144p' };

  /** The largest rung that runs where exactly those up to `limit` do, and how many were tried. */
  function largest(low: Rung, high: Rung, runs: (rung: Rung) => boolean) {
    let best = low;
    let tried = 0;
    for (const trial of bisect(modelVersion('v1.2'), low, high)) {
      tried += 1;
      expect(work(trial)).toBeGreaterThan(work(low));
      expect(work(trial)).toBeLessThan(work(high));
      const ran = runs(trial);
      if (ran && work(trial) > work(best)) best = trial;
      trial.answer(ran);
    }
    return { best, tried };
  }

  it('finds the largest batch that runs, for every threshold', () => {
    for (let limit = 4; limit < 32; limit += 1) {
      const { best, tried } = largest(
        { ...base, batch: 4 },
        { ...base, batch: 32 },
        ({ batch }) => batch <= limit,
      );
      expect(best.batch).toBe(limit);
      expect(tried).toBeLessThanOrEqual(5);
    }
  });

  it('finds the most frames that run, for every threshold, among latent frames that differ', () => {
    const version = modelVersion('v1.2');
    const latent = (frames: number) => ({ ...base, frames, latentFrames: version.latentFrames(frames) });
    const [low, high] = [latent(17), latent(102)];
    for (let limit = low.latentFrames; limit < high.latentFrames; limit += 1) {
      const { best } = largest(low, high, ({ latentFrames }) => latentFrames <= limit);
      const possible = Array.from({ length: 86 }, (_, index) => version.latentFrames(17 + index));
      expect(best.latentFrames).toBe(Math.max(...possible.filter((count) => count <= limit)));
    }
  });

  it('tries nothing between neighbours', () => {
    expect(largest({ ...base, batch: 4 }, { ...base, batch: 5 }, () => true).tried).toBe(0);
    expect(largest(base, base, () => true).tried).toBe(0);
  });
});
