import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { type DecideInput, decide } from '../../../src-main/decide/verdict.js';
import { blockKinds, remembered, targetShape } from '../../../src-main/predict/analyser.js';
import { predict } from '../../../src-main/predict/predict.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { judged, machine } from '../decide/decide-input.js';
import { failedRuns, inferenceV1dot2, inferenceV2dot0, trainedRuns } from './published.js';

const gibi = 2 ** 30;
/** What the driver and a desktop take of a card that is otherwise free. */
const taken = 0.5;
const analyse = remembered(analyseBlock);
const speed = { of: 'unknown', reason: 'not in this test' } as const;

function predicted(target: DecideInput['target']) {
  return predict(target, [], analyse, speed);
}

/** One target of all the buckets. */
function targetOf(buckets: TargetFlags[]): DecideInput['target'] {
  const targets = buckets.map((flags) => resolveTarget(flags));
  const share = 1 / targets.length;
  return { ...targets[0]!, buckets: targets.flatMap((target) => ({ ...target.buckets[0]!, share })) };
}

/** As `preflight plan --gpu` asks. */
function planned(buckets: TargetFlags[], gib: number) {
  const target = targetOf(buckets);
  const { verdict } = decide({
    target,
    ...predicted(target),
    probes: [],
    machine: machine([]),
    deviceUsed: 'none',
    gpuIndexes: null,
    judgedGpu: judged('A card', gib - taken),
    complete: true,
    analyse,
    speed,
  });
  return { status: verdict.status, memory: verdict.reasons.find(({ id }) => id === 'memory')! };
}

describe('published inference', () => {
  const rows = [
    ...inferenceV1dot2.flatMap(([resolution, byFrames]) =>
      Object.entries(byFrames).map(([frames, gigabytes]) => ({
        flags: { model: 'v1.2', resolution, frames: Number(frames) },
        truth: gigabytes * 1e9,
      })),
    ),
    ...inferenceV2dot0.map(([resolution, gib]) => ({
      flags: { model: 'v2.0', resolution, frames: 129, aspect: '1:1' },
      truth: gib * gibi,
    })),
  ].map(({ flags, truth }) => {
    const { prediction } = predicted(resolveTarget({ task: 'infer', ...flags }));
    const [low, high] = prediction.interval.peakBytes;
    const error = prediction.peakBytesPerGpu / truth - 1;
    return { ...flags, truth, error, inside: low <= truth && truth <= high };
  });
  const errors = rows.map(({ error }) => Math.abs(error)).toSorted((a, b) => a - b);

  it('is met within 5 % at the median and 20 % at the worst', () => {
    expect(rows).toHaveLength(17);
    expect(errors[8]).toBeLessThanOrEqual(0.05);
    expect(errors.at(-1)).toBeLessThanOrEqual(0.2);
  });

  it('lies inside the interval nine times in ten', () => {
    expect(rows.filter(({ inside }) => inside).length / rows.length).toBeGreaterThanOrEqual(0.9);
  });

  it('is more than 10 % off in two rows alone', () => {
    const far = rows.filter(({ error }) => Math.abs(error) > 0.1);
    // 51 frames at 720p are published with more than 102 are, 41 GB and 39 GB: no sum of parts gives both.
    // 408 at 480p: denoising left less behind than all of it.
    expect(far.map(({ resolution, frames }) => `${resolution} ${frames}`)).toEqual(['480p 408', '720p 51']);
  });
});

describe('published training', () => {
  it.each(trainedRuns.flatMap((run) => run.gib.map((gib) => ({ ...run, gib }))))(
    '$name on $gib GiB is not no-go',
    ({ flags, gib }) => {
      const { status, memory } = planned([flags], gib);
      expect(memory.status).not.toBe('fail');
      expect(status).not.toBe('no-go');
    },
  );

  it('names the pair of figures that contradict each other', () => {
    const run = trainedRuns.find(({ name }) => name.startsWith('v1.0 16x512x512'))!;
    expect(planned([run.flags], 79.1).memory).toMatchObject({
      status: 'look',
      text: expect.stringContaining('issue #203'),
    });
    // A card that no one claims it for.
    expect(planned([run.flags], 47.5).memory.status).toBe('fail');
    expect(planned([{ ...run.flags, batch: 9 }], 79.1).memory.status).toBe('fail');
    expect(planned([{ ...run.flags, batch: 2 }], 79.1).memory.status).not.toBe('fail');
  });
});

describe('reported out-of-memory', () => {
  it.each(failedRuns.flatMap((run) => run.gib.map((gib) => ({ ...run, gib }))))(
    '$name: $gib GiB is no-go as asked',
    ({ buckets, gib, phase }) => {
      const { status, memory } = planned(buckets, gib);
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
