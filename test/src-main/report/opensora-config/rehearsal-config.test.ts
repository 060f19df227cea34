import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { draftFor } from '../../../../src-main/report/opensora-config/index.js';
import {
  differsInOpenSora,
  rehearsalConfig,
} from '../../../../src-main/report/opensora-config/rehearsal-config.js';
import { goReport } from '../../../fixtures/reports.js';
import { checkConfigs } from '../../../support/checked-configs.js';
import { baseFolder } from '../../../support/opensora-fixtures.js';
import { hasPython } from '../../../support/upstream.js';

const target = (flags: object): Target => resolveTarget({ task: 'train', ...flags } as never);
const draftOf = (run: Target) => draftFor({ ...goReport(), target: run }, run);

const runs = [
  { model: 'v1.0', resolution: '256', frames: 16, batch: 2 },
  { model: 'v1.1', resolution: '144p', frames: 16, batch: 2 },
  { model: 'v1.2', resolution: '144p', frames: 51, batch: 4, gpuCount: 4, sp: 2 },
  { model: 'v1.2', resolution: '144p', frames: 51, batch: 4, cachedText: true, cachedVideo: true },
  { model: 'v1.3', resolution: '360p', frames: 49, batch: 1, effectiveBatch: 2 },
  { model: 'v2.0', resolution: '256px', frames: 33, batch: 2, checkpointing: '8,38' },
  { model: 'v2.0', resolution: '768px', frames: 129, batch: 1, gpuCount: 4, sp: 4, plugin: 'hybrid' },
  { model: 'v2.0', resolution: '256px', frames: 1, batch: 8, cachedVideo: true },
  { model: 'v2.0', resolution: '768px', frames: 32, batch: 1, ae: 'dc-ae' },
].map(target);

describe('the config of a rehearsal in Open-Sora', () => {
  it.skipIf(!hasPython)('is accepted by a loader like upstream’s, wherever it lies', () => {
    const checkout = mkdtempSync(join(tmpdir(), 'preflight-bases-'));
    mkdirSync(join(checkout, 'configs/diffusion'), { recursive: true });
    symlinkSync(baseFolder('train'), join(checkout, 'configs/diffusion/train'));
    const places = { checkout, data: '/data of mine/samples.csv', outputs: '/out' };
    const checked = checkConfigs(
      runs.map((run) => ({
        version: run.model,
        task: 'train',
        text: rehearsalConfig(draftOf(run), places),
        folder: '/no/such/folder',
      })),
    );
    rmSync(checkout, { recursive: true });
    for (const [index, { problems, config }] of checked.entries()) {
      const { model, buckets } = runs[index]!;
      expect([model, problems]).toEqual([model, []]);
      expect(config).toMatchObject({ outputs: '/out', wandb: false, ckpt_every: 0 });
      const dataset = (config.dataset ?? config) as Record<string, unknown>;
      expect(dataset.data_path).toBe(places.data);
      if (model !== 'v1.0')
        expect(Object.values(config.bucket_config as object)).toEqual([
          { [buckets[0]!.frames]: [1, buckets[0]!.batch] },
        ]);
    }
  });

  it.skipIf(!hasPython)('keeps what the data set of the published config has beside its path', () => {
    const text = rehearsalConfig(draftOf(runs[7]!), { checkout: '/c', data: '/d.csv', outputs: '/o' });
    expect(text).toContain('_base_ = ["/c/configs/diffusion/train/image.py"]');
    // Features on disk have a data set of their own, without which upstream's script finds none in a batch.
    expect(text).toMatch(
      /dataset = dict\(\n {4}type="cached_video_text",\n {4}cached_video=True,\n {4}cached_text=False,\n {4}data_path="\/d\.csv",\n\)/,
    );
  });

  it.each([
    [
      { model: 'v1.2', resolution: '144p', frames: 51, batch: 1, ema: 'off' },
      'no config of v1.2 says --ema off',
    ],
    [
      { model: 'v1.2', resolution: '144p', frames: 51, batch: 1, cachedText: true },
      'v1.2 reads features of text and video from disk together, or neither',
    ],
    [
      { model: 'v1.3', resolution: '360p', frames: 49, batch: 1, cachedText: true, cachedVideo: true },
      'v1.3:scripts/train.py trains from videos and texts alone, and from no features',
    ],
  ])('is another run’s where upstream cannot be told: %o', (flags, reason) => {
    const run = target(flags);
    expect(differsInOpenSora(run, draftOf(run))).toBe(reason);
  });

  it('is another run’s where no video makes its latent frames', () => {
    const [bucket] = runs[2]!.buckets;
    const run = { ...runs[2]!, buckets: [{ ...bucket!, latentFrames: 16 }] };
    expect(differsInOpenSora(run, draftOf(run))).toBe(
      '51 frames do not make the 16 latent frames that were asked for',
    );
  });

  it('is the same run in each of the others', () => {
    for (const run of runs)
      expect([run.model, differsInOpenSora(run, draftOf(run))]).toEqual([run.model, null]);
  });
});
