import { describe, expect, it } from 'vitest';
import { analyseBlock } from '../../../../models/blocks/analyse.js';
import type { BlockAnalysis } from '../../../../models/blocks/types.js';
import { modelVersion } from '../../../../models/catalog/index.js';
import { interpolated } from '../../../../src-main/decide/search/interpolate.js';
import { blockKinds, targetShape } from '../../../../src-main/predict/analyser.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';

const runs = [
  { model: 'v1.0', resolution: '256', frames: 16 },
  { model: 'v1.1', resolution: '144p', frames: 16 },
  { model: 'v1.2', resolution: '240p', frames: 51 },
  { model: 'v1.3', resolution: '240p', frames: 49 },
  { model: 'v2.0', resolution: '256px', frames: 33 },
  { model: 'v2.0', resolution: '768px', frames: 129 },
].flatMap((flags) => (['train', 'infer'] as const).map((task) => ({ ...flags, task })));

describe('interpolated analyses', () => {
  it.each(runs)('are what the graph says: $model $resolution $task', (flags) => {
    const target = resolveTarget({ ...flags, batch: 4 });
    const version = modelVersion(target.model, target.ae);
    const quick = interpolated(analyseBlock, target);
    for (const { kind } of blockKinds(version))
      for (const batch of [1, 2, 3, 7, 12]) {
        const shape = { ...targetShape(version, target, target.buckets[0]!, kind), batch };
        const [guess, truth] = [quick(shape), analyseBlock(shape)];
        for (const name of Object.keys(truth) as (keyof BlockAnalysis)[]) {
          // In no prediction: nodes, and the scratch that our own attention alone has.
          if (name === 'nodes' || name === 'attentionScratchBytes') continue;
          const share = { flops: 2e-3, attentionFlops: 1e-2, liveBytes: 1e-3 }[name as string] ?? 1e-5;
          expect(Math.abs(guess[name] - truth[name]), name).toBeLessThan(share * truth[name] + 1);
        }
      }
  });

  it('are made of three analyses for each kind of block, whatever the batch and of both half types', () => {
    let made = 0;
    const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 17, batch: 4 });
    const quick = interpolated((shape) => {
      made++;
      return analyseBlock(shape);
    }, target);
    const version = modelVersion(target.model);
    for (const dtype of ['bf16', 'fp16'] as const)
      for (let batch = 1; batch < 30; batch++)
        quick({ ...targetShape(version, target, target.buckets[0]!, 'spatial'), dtype, batch });
    expect(made).toBe(3);
  });
});
