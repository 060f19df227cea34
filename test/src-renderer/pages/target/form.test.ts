import { describe, expect, it } from 'vitest';
import { modelVersions } from '../../../../models/catalog/index.js';
import type { TargetFlags } from '../../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { defaultsOf } from '../../../../src-renderer/pages/target/defaults.js';
import { neighbours } from '../../../../src-renderer/pages/target/neighbours.js';
import {
  adapted,
  framesOffered,
  isOffered,
  offeredFlags,
} from '../../../../src-renderer/pages/target/offered.js';
import { resolveDraft } from '../../../../src-renderer/pages/target/resolve-draft.js';

const v2: TargetFlags = {
  model: 'v2.0',
  task: 'train',
  resolution: '256px',
  frames: 129,
  batch: 1,
  gpuCount: 8,
};

describe('what the form offers', () => {
  it.each(modelVersions.map((version) => [version.id, version] as const))(
    '%s: every resolution, aspect and count of frames on offer can be asked for',
    (model, version) => {
      const base = { model, task: 'train', resolution: version.resolutions[0]!, frames: 1 };
      for (const resolution of version.resolutions) resolveTarget({ ...base, resolution });
      for (const aspect of version.aspects) resolveTarget({ ...base, aspect });
      const counts = framesOffered(version);
      for (const frames of counts) resolveTarget({ ...base, frames });
      expect(counts[0]).toBe(1);
      expect(counts.length).toBeGreaterThan(5);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    },
  );

  it('leaves out what the version has not, and keeps it for when a person comes back', () => {
    const flags: TargetFlags = { ...v2, tp: '2', offload: true, ae: 'dc-ae', plugin: 'hybrid' };
    const v12 = { ...flags, model: 'v1.2', resolution: '480p', frames: 51 };
    expect(offeredFlags(v12)).toEqual({
      model: 'v1.2',
      task: 'train',
      resolution: '480p',
      frames: 51,
      batch: 1,
      gpuCount: 8,
    });
    expect(v12.tp).toBe('2');
    expect(isOffered('samplingSteps', flags)).toBe(false);
    expect(isOffered('samplingSteps', { ...flags, task: 'infer' })).toBe(true);
  });

  it('takes a size and frames that the next model knows in place of those that it does not', () => {
    const next = adapted({ ...v2, model: 'v1.3', aspect: '16:9', frames: 100 });
    expect('target' in resolveDraft(next)).toBe(true);
    expect(adapted({ ...v2, ae: 'dc-ae' }).frames).toBe(132);
    expect(adapted(v2)).toEqual(v2);
  });

  it('shows what the version’s training does where nothing is said', () => {
    const { target } = resolveDraft(v2) as { target: ReturnType<typeof resolveTarget> };
    expect(defaultsOf(target)).toMatchObject({
      plugin: 'zero2',
      dtype: 'bf16',
      checkpointing: '8,38',
      effectiveBatch: '8',
    });
  });
});

describe('a wrong value', () => {
  it.each([
    [{ frames: '130' }, 'frames', /129 and 133/],
    [{ batch: '1.5' }, 'batch', /whole number/],
    [{ gpuCount: 'eight' }, 'gpuCount', /whole number/],
    [{ nodes: '3' }, 'gpuCount', /divide/],
    [{ sp: '5' }, 'sp', /heads/],
    [{ checkpointing: 'half' }, 'checkpointing', /none, full, or A,B/],
    [{ effectiveBatch: '9' }, 'effectiveBatch', /multiple/],
    [{ loraRank: '0' }, 'loraRank', /at least 1/],
    [{ i2v: true, cachedText: true, steps: '-1' }, 'steps', /at least 1/],
    [{ nodes: '2', interNodeGbps: 'fast' }, 'interNodeGbps', /Gbit/],
    [{ resolution: 'huge' }, 'resolution', /huge/],
  ] as const)('%o is said at its own field', (change, field, message) => {
    const resolved = resolveDraft({ ...v2, ...change });
    expect(resolved).toMatchObject({ field, message: expect.stringMatching(message) });
  });
});

describe('neighbours', () => {
  it('are targets that one move makes of a draft', () => {
    const next = neighbours(v2);
    expect(next.length).toBeGreaterThan(4);
    expect(next.map(({ buckets }) => buckets[0]!.frames)).toContain(125);
    expect(next.map(({ buckets }) => buckets[0]!.resolution)).toContain('768px');
  });
});
