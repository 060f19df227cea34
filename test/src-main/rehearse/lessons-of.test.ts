import { describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import { lessonSchema } from '../../../src-main/contract/lesson.js';
import type { Rehearsal } from '../../../src-main/contract/rehearsal.js';
import { keepAsAsked } from '../../../src-main/decide/recommend.js';
import type { Rehearsed } from '../../../src-main/decide/rehearsed.js';
import { predictMemory } from '../../../src-main/predict/memory.js';
import { predict } from '../../../src-main/predict/predict.js';
import { lessonsOf } from '../../../src-main/rehearse/lessons-of.js';
import {
  crashedRehearsal,
  heldRehearsal,
  secondTryRehearsal,
  upstreamRehearsal,
} from '../../fixtures/rehearsals.js';
import { inputOf } from '../decide/decide-input.js';

const createdAt = '2026-01-01T00:00:00.000Z';
const gibi = 2 ** 30;

/** What a rehearsal taught; the probes' own prediction is corrected by lessons that must not count twice. */
function taught(rehearsal: Rehearsal) {
  const input = inputOf();
  const { target, machine } = input;
  const end: Rehearsed = {
    rehearsal,
    targets: rehearsal.attempts.map(() => target),
    advice: keepAsAsked(input),
  };
  const lessons = lessonsOf(end, input, { id: 'report', createdAt, machine, target });
  return { lessons: lessons.map((lesson) => lessonSchema.parse(lesson)), input };
}

describe('what a rehearsal teaches', () => {
  it('is its peak and seconds over what was expected of the settings that held', () => {
    const { lessons } = taught(heldRehearsal());
    // No block is under way in this fixture's parts.
    const { rehearsed, expected } = heldRehearsal().attempts[0]!;
    expect(lessons).toEqual([
      {
        createdAt,
        reportId: 'report',
        hostname: 'lab',
        device: 'NVIDIA H100 80GB HBM3',
        model: 'v1.2',
        task: 'train',
        dtype: 'bf16',
        rehearsedIn: 'onnx-runtime',
        doubtShare: 0,
        peakRatio: (rehearsed.peakBytes as number) / expected.peakBytes,
        secondsRatio: (rehearsed.secondsPerStep as number) / (expected.secondsPerStep as number),
      },
    ]);
    const { lessons: second } = taught(secondTryRehearsal());
    const last = secondTryRehearsal().attempts.at(-1)!;
    expect(second[0]?.peakRatio).toBe((last.rehearsed.peakBytes as number) / last.expected.peakBytes);
  });

  it('says how much of the peak was in doubt', () => {
    const rehearsal = heldRehearsal();
    const attempt = rehearsal.attempts[0]!;
    const part = {
      id: 'block-under-way',
      name: 'Block',
      bytes: 0.2 * attempt.expected.peakBytes,
      how: 'run',
      note: '',
    } as const;
    const parts = [...attempt.parts, part];
    expect(taught({ ...rehearsal, attempts: [{ ...attempt, parts }] }).lessons[0]?.doubtShare).toBeCloseTo(
      0.2,
      12,
    );
    const [, own] = taught(upstreamRehearsal()).lessons;
    // The same run narrows by it: its doubt is the same, whatever was probed.
    const { target, analyse } = inputOf();
    const before = predictMemory(modelVersion('v1.2'), target, [], analyse);
    const after = predictMemory(modelVersion('v1.2'), target, [], analyse, true, [
      { ...own!, peakRatio: 1.02 },
    ]);
    expect(after.range[0]).toBeGreaterThan(before.range[0]);
  });

  it('is nothing where it did not hold', () => {
    expect(taught(crashedRehearsal()).lessons).toEqual([]);
  });

  it('is nothing where neither figure is known, and says which one is not', () => {
    const rehearsal = heldRehearsal();
    const [attempt] = rehearsal.attempts;
    const seconds = { unavailable: 'the speed is not known' };
    const partly = { ...attempt!, expected: { ...attempt!.expected, secondsPerStep: seconds } };
    expect(taught({ ...rehearsal, attempts: [partly] }).lessons[0]?.secondsRatio).toEqual(seconds);
    const peakBytes = { unavailable: 'no counter' };
    const blind = { ...partly, rehearsed: { ...partly.rehearsed, peakBytes } };
    expect(taught({ ...rehearsal, attempts: [blind] }).lessons).toEqual([]);
  });

  it('of Open-Sora’s own steps is PyTorch’s peak and CUDA’s context over the whole predicted peak', () => {
    const upstream = {
      ...(upstreamRehearsal().upstream as Exclude<Rehearsal['upstream'], { unavailable: string }>),
      bucket: '144p, 51 frames, batch 4',
      stepSeconds: [9, 2, 4, 3],
      peakAllocatedBytes: 30 * gibi,
    };
    const { lessons, input } = taught({ ...heldRehearsal(), upstream });
    const { prediction } = predict(input.target, input.probes, input.analyse, input.speed);
    expect(lessons[1]).toMatchObject({
      rehearsedIn: 'open-sora',
      // One GPU: CUDA's context is taken as 1 GiB.
      peakRatio: (31 * gibi) / prediction.peakBytesPerGpu,
      secondsRatio: 3 / (prediction.secondsPerStep as number),
    });
  });
});
