import { describe, expect, it } from 'vitest';
import { solvedSchema } from '../../../src-main/contract/report.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { solve } from '../../../src-main/decide/solve.js';
import { decide } from '../../../src-main/decide/verdict.js';
import { predict } from '../../../src-main/predict/predict.js';
import { gibi, gpu, inputOf, judged, machine } from './decide-input.js';

const on = (flags: Partial<TargetFlags>, gib = 79.1) =>
  inputOf({ flags, probes: [], device: 'none', machine: machine([]), judged: judged('H100', gib) });

function solved(variable: 'batch' | 'frames' | 'resolution', flags: Partial<TargetFlags>, gib?: number) {
  const input = on(flags, gib);
  const answer = solve(variable, input);
  if ('unavailable' in answer) throw new Error(answer.unavailable);
  expect(solvedSchema.parse(answer.solved)).toEqual(answer.solved);
  const verdict = decide({ ...input, ...answer, ...predict(answer.target, [], input.analyse, input.speed) });
  expect(verdict.verdict.status).toBe('go');
  return { ...answer, input };
}

/** Whether a value fits as asked: what the verdict's rule says, worked out apart from `solve`. */
function fits(flags: Partial<TargetFlags>, gib = 79.1): boolean {
  const [, top] = on(flags, gib).prediction.interval.peakBytes;
  return top + Math.max(gibi, 0.02 * gib * gibi) <= gib * gibi;
}

describe('solve', () => {
  it('finds the largest batch, above the asked one and below it', () => {
    const { solved: batch, target } = solved('batch', { batch: 4 });
    const most = Number(batch.value);
    expect(most).toBeGreaterThan(4);
    expect(target.buckets[0]!.batch).toBe(most);
    expect(target.effectiveBatch).toBe(most);
    expect([fits({ batch: most }), fits({ batch: most + 1 })]).toEqual([true, false]);
    expect(solved('batch', { batch: 10_000 }).solved).toEqual({ ...batch, asked: '10000' });
  });

  it('keeps to the host memory of this machine as well as to the GPU’s', () => {
    const solvedWith = (freeHostBytes: number) => {
      const here = machine([gpu(0, 79)]);
      here.host.memory.freeBytes = freeHostBytes;
      const answer = solve('batch', inputOf({ machine: here }));
      if ('unavailable' in answer) throw new Error(answer.unavailable);
      return Number(answer.solved.value);
    };
    const hostTop = (batch: number) => inputOf({ flags: { batch } }).prediction.host.range[1];
    const most = solvedWith(4000 * gibi);
    expect(most).toBeGreaterThan(4);
    expect(solvedWith(hostTop(most - 1))).toBe(most - 1);
    expect(solvedWith(hostTop(3))).toBe(3);
  });

  it.each([
    ['v1.2', 'v1.2 takes any count'],
    ['v1.3', '16k + 1'],
    ['v2.0', '4k + 1'],
  ])('finds the most frames of %s: %s', (model) => {
    const resolution = model === 'v2.0' ? '256px' : '144p';
    const flags = { model, resolution, frames: 17, batch: 2, gpuCount: 16 };
    const { solved: frames, target } = solved('frames', flags);
    const most = Number(frames.value);
    const step = { 'v1.2': 1, 'v1.3': 16, 'v2.0': 4 }[model]!;
    expect(most % step).toBe(step === 1 ? 0 : 1);
    expect(target.buckets[0]!.frames).toBe(most);
    expect(fits({ ...flags, frames: most })).toBe(true);
    // The next count with another latent frame may still be among the next five.
    expect(fits({ ...flags, frames: most + 5 * step - (step === 1 ? 0 : step * 4) })).toBe(false);
  });

  it('finds the largest named resolution at the asked aspect', () => {
    const flags = { resolution: '144p', frames: 51, batch: 2 };
    const { solved: resolution, target } = solved('resolution', flags, 60);
    expect(resolution.asked).toBe('144p');
    const names = ['144p', '240p', '360p', '480p', '720p', '1080p'];
    const fitting = names.filter((name) => fits({ ...flags, resolution: name }, 60));
    expect(target.buckets[0]!.aspect).toBe('16:9');
    expect(target.buckets[0]!.spatialTokens).toBeGreaterThanOrEqual(
      Math.max(...fitting.map((name) => on({ ...flags, resolution: name }).target.buckets[0]!.spatialTokens)),
    );
  });

  it('says what the least would need where nothing fits', () => {
    expect(solve('batch', on({ batch: 4 }, 4))).toEqual({
      unavailable: expect.stringMatching(/^not even batch 1 fits: it may need [\d.]+ GiB of the 3\.00 GiB/),
    });
  });

  it('wants one bucket, and a GPU', () => {
    const one = on({});
    const two = {
      ...one,
      target: { ...one.target, buckets: [...one.target.buckets, ...one.target.buckets] },
    };
    expect(() => solve('frames', two)).toThrow(
      /--solve frames is for one bucket, and the target has 2: name one/,
    );
    expect(solve('batch', { ...one, judgedGpu: null })).toHaveProperty('unavailable');
  });
});
