import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { blockKinds, remembered, targetShape } from '../../../src-main/predict/analyser.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { inferenceMemory } from '../../validate/inference-memory.js';
import { planned } from '../../validate/judge.js';
import { scoreOf } from '../../validate/section.js';
import { failedRuns, trainedRuns } from './published.js';

const analyse = remembered(analyseBlock);

/** As `preflight plan --gpu-memory` judges the memory. */
function judged(buckets: TargetFlags[], gib: number) {
  const { status, reasons } = planned(buckets, gib).verdict;
  return { status, memory: reasons.find(({ id }) => id === 'memory')! };
}

describe('published inference', () => {
  const section = inferenceMemory();

  it('is met within 5 % at the median and 20 % at the worst, inside the interval nine times in ten', () => {
    expect(section.rows).toHaveLength(17);
    expect(section.limits).toEqual({ median: 0.05, worst: 0.2, inside: 0.9 });
    expect(scoreOf(section)).toMatchObject({ count: 17, misses: [] });
  });

  it('is more than 10 % off in two rows alone, which say why', () => {
    const far = section.rows.filter(({ error }) => Math.abs(error!) > 0.1);
    // 51 frames at 720p are published with more than 102 are, 41 GB and 39 GB: no sum of parts gives both.
    // 408 at 480p: denoising left less behind than all of it.
    expect(far.map(({ name }) => name)).toEqual(['v1.2 480p, 408 frames', 'v1.2 720p, 51 frames']);
    for (const { note } of far) expect(note).toMatch(/while the VAE decodes/);
  });
});

describe('published training', () => {
  it.each(trainedRuns.flatMap((run) => run.gib.map((gib) => ({ ...run, gib }))))(
    '$name on $gib GiB is not no-go',
    ({ flags, gib }) => {
      const { status, memory } = judged([flags], gib);
      expect(memory.status).not.toBe('fail');
      expect(status).not.toBe('no-go');
    },
  );

  it('names the pair of figures that contradict each other', () => {
    const run = trainedRuns.find(({ name }) => name.startsWith('v1.0 16x512x512'))!;
    expect(judged([run.flags], 79.1).memory).toMatchObject({
      status: 'look',
      text: expect.stringContaining('issue #203'),
    });
    // A card that no one claims it for.
    expect(judged([run.flags], 47.5).memory.status).toBe('fail');
    expect(judged([{ ...run.flags, batch: 9 }], 79.1).memory.status).toBe('fail');
    expect(judged([{ ...run.flags, batch: 2 }], 79.1).memory.status).not.toBe('fail');
  });
});

describe('reported out-of-memory', () => {
  it.each(failedRuns.flatMap((run) => run.gib.map((gib) => ({ ...run, gib }))))(
    '$name: $gib GiB is no-go as asked',
    ({ buckets, gib, phase }) => {
      const { status, memory } = judged(buckets, gib);
      expect(memory).toMatchObject({ status: 'fail', text: expect.stringContaining(phase) });
      expect(['no-go', 'go-with-changes']).toContain(status);
    },
  );
});

describe('operations', () => {
  it.each([
    ['v1.0', '512', 64],
    ['v1.2', '720p', 204],
    ['v1.3', '720p', 113],
    ['v2.0', '256px', 129],
    ['v2.0', '768px', 129],
  ] as const)('of %s at %s and %i frames are 3 to 3.5 forwards', (model, resolution, frames) => {
    const target = resolveTarget({ model, task: 'train', resolution, frames });
    const version = modelVersion(model);
    for (const { kind } of blockKinds(version)) {
      const shape = targetShape(version, target, target.buckets[0]!, kind);
      const ratio = analyse(shape).flops / analyse({ ...shape, task: 'infer' }).flops;
      expect(ratio).toBeGreaterThanOrEqual(3);
      expect(ratio).toBeLessThanOrEqual(3.5);
    }
  });
});
