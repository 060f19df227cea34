import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../models/blocks/analyse.js';
import { architectureOf } from '../../../models/blocks/architecture.js';
import { modelVersion } from '../../../models/catalog/index.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { reserveOf } from '../../../src-main/decide/memory-finding.js';
import { blockKinds, remembered, targetShape } from '../../../src-main/predict/analyser.js';
import { predictMemory } from '../../../src-main/predict/memory.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { rehearsalWork } from '../../../src-main/rehearse/work.js';
import { probeOf } from '../predict/linear-analysis.js';

const analyse = remembered(analyseBlock);

/** Probes of the target's own shape that measured what the graph says: the narrowest interval that a prediction has. */
function exactProbes(target: Target) {
  const version = modelVersion(target.model, target.ae);
  return blockKinds(version).map(({ kind }) => {
    const shape = targetShape(version, target, target.buckets[0]!, kind);
    return probeOf(shape, { liveBytes: analyse(shape).liveBytes });
  });
}

const sizes: Partial<TargetFlags>[] = [
  { model: 'v1.0', resolution: '256', frames: 16, batch: 8 },
  { model: 'v1.1', resolution: '240p', frames: 64 },
  { model: 'v1.2', resolution: '144p', frames: 51, batch: 4 },
  { model: 'v1.2', resolution: '720p', frames: 204 },
  { model: 'v1.3', resolution: '720p', frames: 113 },
  { model: 'v2.0', resolution: '256px', frames: 33, batch: 4 },
  { model: 'v2.0', resolution: '768px', frames: 129 },
];
const ways: Partial<TargetFlags>[] = [
  { task: 'train', checkpointing: 'full', gpuCount: 8 },
  { task: 'train', checkpointing: 'none', gpuCount: 8 },
  { task: 'train', checkpointing: 'full', gpuCount: 8, cachedText: true, cachedVideo: true },
  { task: 'infer' },
];
const groups: Partial<TargetFlags>[] = [
  { tp: 4 },
  { sp: 8 },
  { loraRank: 32 },
  { offload: true },
  { plugin: 'zero1' },
];

const cases = [
  ...sizes.flatMap((size) => ways.map((way) => ({ ...size, ...way }))),
  ...groups.map((group) => ({ ...sizes.at(-1)!, ...ways[0]!, ...group })),
]
  // Features are cached for v1.2 and later alone.
  .filter(({ model, cachedText }) => !(cachedText && (model === 'v1.0' || model === 'v1.1')));

describe('what a rehearsal should take', () => {
  it.each(cases)('is no less than predicted, and no more than a go lets the run have: %o', (flags) => {
    const target = resolveTarget(flags as TargetFlags);
    const version = modelVersion(target.model, target.ae);
    const probes = exactProbes(target);
    const { expected } = rehearsalWork({
      ...{
        version,
        architecture: architectureOf(target.model),
        target,
        dtype: target.dtype,
        provider: 'cpu',
      },
      ...{ probes, analyse, speed: { of: 'unknown', reason: 'nothing was timed' } },
    });
    const memory = predictMemory(version, target, probes, analyse);
    const steady = memory.worst.phases.find(({ name }) => name === 'backward' || name === 'denoise')!;
    expect(expected.peakBytes).toBeGreaterThanOrEqual(steady.bytes);
    const top = memory.range[1];
    expect(expected.peakBytes).toBeLessThanOrEqual(top + reserveOf(top));
  });
});
