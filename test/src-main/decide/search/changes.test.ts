import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src-main/contract/evidence.js';
import type { Prediction } from '../../../../src-main/contract/report.js';
import type { Target } from '../../../../src-main/contract/target.js';
import { changesBetween } from '../../../../src-main/decide/search/changes.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { inputOf } from '../decide-input.js';

const { prediction } = inputOf();
const asked = resolveTarget({
  model: 'v1.2',
  task: 'train',
  resolution: '144p',
  frames: 51,
  batch: 8,
  checkpointing: 'none',
});
const recommended: Target = {
  ...asked,
  checkpointedBlocks: { spatial: 28, temporal: 28 },
  cachedText: true,
  cachedVideo: true,
  vaeTiling: true,
};

/** Each setting by itself: bytes that it adds to the peak, seconds that it adds to a step. */
function predicting(costs: Record<'checkpointing' | 'text' | 'video' | 'tiling', [number, number]>) {
  return (target: Target): Prediction => {
    const turned = [
      ...(target.checkpointedBlocks.spatial === 28 ? [costs.checkpointing] : []),
      ...(target.cachedText ? [costs.text] : []),
      ...(target.cachedVideo ? [costs.video] : []),
      ...(target.vaeTiling ? [costs.tiling] : []),
    ];
    const sum = (place: 0 | 1) => turned.reduce((total, cost) => total + cost[place], 0);
    return { ...prediction, peakBytesPerGpu: 1000 + sum(0), secondsPerStep: 10 + sum(1) };
  };
}

describe('the order of changes', () => {
  const predict = predicting({
    checkpointing: [-500, 2],
    text: [-100, -1],
    video: [0, -3],
    tiling: [-300, 1],
  });
  const changes = changesBetween({ target: asked, prediction: predict(asked) }, recommended, predict);

  it('begins with what costs nothing, goes on by bytes for a second, and ends with what saves time alone', () => {
    // 300 bytes for a second of tiling, 250 for each of checkpointing.
    expect(changes.map(({ setting }) => setting)).toEqual([
      'cachedText',
      'vaeTiling',
      'checkpointing',
      'cachedVideo',
    ]);
  });

  it('says of each what it buys beside those before it, which add up to the whole', () => {
    expect(changes.map(({ bytes }) => bytes)).toEqual([-100, -300, -500, 0]);
    expect(changes.map(({ seconds }) => seconds)).toEqual([-1, 1, 2, -3]);
    expect(changes[2]).toMatchObject({ from: 'none', to: 'full' });
  });

  it('knows no seconds where the speed is not known', () => {
    const unknown = (target: Target) => ({ ...predict(target), secondsPerStep: unavailable('no speed') });
    const [first] = changesBetween({ target: asked, prediction: unknown(asked) }, recommended, unknown);
    expect(first).toMatchObject({ setting: 'checkpointing', seconds: { unavailable: expect.any(String) } });
  });
});

describe('a smaller batch', () => {
  it('is one change with its accumulation, and the effective batch follows at no further cost', () => {
    const version = { model: 'v2.0', task: 'train', resolution: '256px', frames: 33 };
    const from = resolveTarget({ ...version, batch: 4 });
    const to = resolveTarget({ ...version, batch: 1, effectiveBatch: 2 });
    const predict = ({ buckets }: Target) => ({ ...prediction, peakBytesPerGpu: 100 * buckets[0]!.batch });
    const changes = changesBetween({ target: from, prediction: predict(from) }, to, predict);
    expect(changes).toMatchObject([
      { setting: 'batch', from: '4', to: '1', bytes: -300 },
      { setting: 'accumulation', from: '1', to: '2', bytes: 0, seconds: 0 },
      { setting: 'effectiveBatch', from: '4', to: '2', bytes: 0, seconds: 0 },
    ]);
  });
});
