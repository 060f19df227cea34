import { describe, expect, it } from 'vitest';
import { modelVersions } from '../../../../models/catalog/index.js';
import type { TargetFlags } from '../../../../src-main/contract/target-flags.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { formFlagsOf } from '../../../../src-renderer/pages/target/form-flags.js';
import { targetStage2, targetV12 } from '../../../fixtures/targets.js';

const asGiven: TargetFlags[] = [
  ...modelVersions.flatMap(({ id, resolutions }) =>
    ['train', 'infer'].map((task) => ({ model: id, task, resolution: resolutions[0]! })),
  ),
  { model: 'v2.0', task: 'train', resolution: '768px', frames: 128, sp: 4, gpuCount: 8, ae: 'dc-ae' },
  { model: 'v2.0', task: 'train', resolution: '256px', loraRank: 8, checkpointing: '8,20', offload: true },
  { model: 'v2.0', task: 'train', resolution: '256px', i2v: true, cachedText: true, steps: 1000 },
  {
    model: 'v1.2',
    task: 'train',
    resolution: '360p',
    frames: 51,
    batch: 2,
    nodes: 2,
    gpuCount: 16,
    interNodeGbps: 200,
  },
  {
    model: 'v1.3',
    task: 'train',
    resolution: '360p',
    aspect: '9:16',
    ema: false,
    dtype: 'fp32',
    effectiveBatch: 64,
    gpuCount: 8,
  },
  { model: 'v2.0', task: 'infer', resolution: '256px', samplingSteps: 20, vaeTiling: true },
];
const runs = asGiven.map((flags) => ({ frames: 1, batch: 1, ...flags }));

describe('a target that was opened', () => {
  it.each(runs)('is the same run in the form: $model $task $resolution', (run) => {
    const target = resolveTarget(run);
    const { flags, lost } = formFlagsOf(target)!;
    expect(lost).toEqual([]);
    expect(resolveTarget(flags)).toEqual(target);
  });

  it('says what the form has no field for', () => {
    const target = { ...resolveTarget(runs[0]!), dataWorkers: 17 };
    expect(formFlagsOf(target)!.lost).toEqual(['dataWorkers']);
  });

  it('stays as it is with several buckets, or a size that has no name', () => {
    expect(formFlagsOf(targetStage2())).toBeNull();
    const tokens = { model: 'v1.2', task: 'train', latentFrames: 1, spatialTokens: 16 };
    expect(formFlagsOf(resolveTarget(tokens))).toBeNull();
  });

  it('with blocks left out is one that checkpoints none of them', () => {
    expect(formFlagsOf(targetV12())!.flags.checkpointing).toBe('none');
    expect(formFlagsOf(targetV12())!.lost).toEqual(['dataWorkers']);
  });
});
