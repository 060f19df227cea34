import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src-main/contract/report.js';
import type { Target } from '../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../src-main/contract/target-flags.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { targetFromFile } from '../../../src-main/predict/config/target-from-file.js';
import { resolveTarget } from '../../../src-main/predict/resolve-target.js';
import { renderOpenSoraConfig } from '../../../src-main/report/opensora-config/index.js';
import { goReport } from '../../fixtures/reports.js';
import { type CheckedConfig, checkConfigs } from '../../support/checked-configs.js';
import { baseFolder, published } from '../../support/opensora-fixtures.js';

const python = spawnSync('python3', ['-c', 'import ast']).status === 0;

const reportOf = (target: Target, more: Partial<Report> = {}): Report => ({ ...goReport(), target, ...more });

/** What `--config` makes of an exported config with the flags that its comments name. */
function readBack(target: Target): Target {
  const { text, beside } = renderOpenSoraConfig(reportOf(target));
  return targetFromFile(text, 'preflight.py', beside, (base) =>
    readFileSync(join(baseFolder(target.task), base), 'utf8'),
  ).target;
}

/** Targets compared with their shares to six digits, which is what probabilities are written with. */
function expectSame(back: Target, target: Target): void {
  const plain = (of: Target) => ({
    ...of,
    buckets: sorted(of).map(({ share: _share, ...bucket }) => bucket),
  });
  expect(plain(back)).toEqual(plain(target));
  const shares = sorted(target).map(({ share }) => share);
  for (const [index, { share }] of sorted(back).entries()) expect(share).toBeCloseTo(shares[index]!, 4);
}

const sorted = ({ buckets }: Target) =>
  buckets.toSorted((a, b) => a.resolution.localeCompare(b.resolution) || a.frames - b.frames);

/** The exported configs of targets, as upstream's loader and scripts see them. */
function checkWithPython(targets: Target[]): CheckedConfig[] {
  return checkConfigs(
    targets.map((target) => ({
      version: target.model,
      task: target.task,
      text: renderOpenSoraConfig(reportOf(target)).text,
      folder: baseFolder(target.task),
    })),
  );
}

/** Flags of runs over every version and setting; what no version takes together is refused and left out. */
const flags: fc.Arbitrary<TargetFlags> = fc.record(
  {
    model: fc.constantFrom('v1.0', 'v1.1', 'v1.2', 'v1.3', 'v2.0'),
    task: fc.constantFrom('train', 'infer'),
    resolution: fc.constantFrom('256', '360p', '480p', '256px', '768px'),
    aspect: fc.constantFrom('16:9', '9:16', '1:1'),
    frames: fc.constantFrom(1, 16, 17, 49, 51, 65, 97, 128, 129),
    batch: fc.integer({ min: 1, max: 9 }),
    gpuCount: fc.constantFrom(1, 2, 4, 8, 16),
    nodes: fc.constantFrom(1, 2),
    sp: fc.constantFrom(1, 2, 4),
    tp: fc.constantFrom(1, 2),
    dtype: fc.constantFrom('bf16', 'fp16', 'fp32'),
    checkpointing: fc.constantFrom('none', 'full', '8,38', '3,0'),
    plugin: fc.constantFrom('zero1', 'zero2', 'hybrid'),
    cachedText: fc.boolean(),
    cachedVideo: fc.boolean(),
    ae: fc.constantFrom('hunyuan', 'dc-ae'),
    loraRank: fc.constantFrom(8, 64),
    offload: fc.boolean(),
    i2v: fc.boolean(),
    vaeTiling: fc.boolean(),
    ema: fc.constantFrom('on' as const, 'off' as const),
    interNodeGbps: fc.constantFrom(100, 400),
    samplingSteps: fc.integer({ min: 1, max: 100 }),
    steps: fc.integer({ min: 1, max: 100_000 }),
  },
  { requiredKeys: ['model', 'task', 'resolution', 'frames'] },
);

function resolved(given: TargetFlags): Target | null {
  try {
    return resolveTarget(given);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

const targets = flags.map(resolved).filter((target) => target !== null);

describe('an exported config', () => {
  it('is the same run again when it is read', () => {
    fc.assert(
      fc.property(targets, (target) => expectSame(readBack(target), target)),
      { numRuns: 150 },
    );
  });

  it.skipIf(!python)('is accepted by a loader like upstream’s, in real Python', () => {
    const made = fc.sample(targets, { numRuns: 150, seed: 4 });
    const checked = checkWithPython(made);
    expect(
      checked.flatMap(({ problems }, index) =>
        problems.map((text) => [made[index]!.model, made[index]!.task, text]),
      ),
    ).toEqual([]);
  });

  const mixes = ['v1.1/stage1.py', 'v1.2/stage1.py', 'v1.3/stage2.py', 'v2.0/train/image.py'].concat([
    'v2.0/train/stage1.py',
    'v2.0/train/stage2.py',
    'v2.0/train/stage2_i2v.py',
    'v2.0/train/high_compression.py',
  ]);

  it.each(mixes)('keeps every bucket and share of %s', (path) => {
    const { target } = published(path, { gpuCount: 8 });
    expectSame(readBack(target), target);
  });

  it.skipIf(!python)('replaces the buckets of the base, and merges the rest', () => {
    const { target } = published('v2.0/train/stage2_i2v.py', { gpuCount: 8 });
    const [checked] = checkWithPython([target]);
    expect(checked!.problems).toEqual([]);
    expect(checked!.config.bucket_config).toMatchObject({ '768px': { 129: [expect.anything(), 2] } });
    expect(checked!.config).toMatchObject({
      plugin: 'hybrid',
      plugin_config: { sp_size: 4, tp_size: 1, zero_stage: 2, reduce_bucket_size_in_m: 128 },
      model: { type: 'flux', depth: 19, grad_ckpt_settings: [19, 38] },
      ae: { type: 'hunyuan_vae', use_temporal_tiling: false },
      grad_ckpt_buffer_size: 25 * 2 ** 30,
      optim: { cls: 'HybridAdam' },
    });
  });
});

describe('the comments in front', () => {
  const target = resolveTarget({
    model: 'v2.0',
    task: 'train',
    resolution: '256px',
    frames: 129,
    batch: 4,
    gpuCount: 16,
    nodes: 2,
    steps: 5000,
  });

  it('launch it on every node and keep what upstream has no key for', () => {
    const { text } = renderOpenSoraConfig(reportOf(target));
    expect(text).toContain(
      '# Launch: torchrun --nnodes 2 --node_rank RANK --master_addr FIRST_NODE --master_port 29500 --nproc_per_node 8 scripts/diffusion/train.py configs/diffusion/train/preflight.py --dataset.data-path DATA.csv\n',
    );
    expect(text).toContain('# The run has 5000 optimiser steps: upstream counts epochs');
    expect(text).toContain('# Verdict: go. ');
  });

  it('stay comments whatever the report holds', () => {
    const verdict = { ...goReport().verdict, headline: 'a\nimport os\r\nos.remove("x")\u2028y\f"""z' };
    const { text } = renderOpenSoraConfig(reportOf(target, { verdict }));
    const code = text.split('\n').filter((line) => !line.startsWith('#'));
    expect(code.join('\n')).not.toContain('import');
    expect(text.split(/[\r\f\v\u2028]/)).toHaveLength(1);
  });

  it('settings are the recommended ones', () => {
    const recommendation = {
      settings: {
        batch: 2,
        effectiveBatch: 64,
        accumulation: 2,
        checkpointing: 'full',
        plugin: 'zero1',
        dtype: 'bf16',
        sp: 1,
        tp: 1,
      },
      batches: [2],
      changes: [],
    };
    const { text } = renderOpenSoraConfig(reportOf(target, { recommendation }));
    expect(text).toContain('129: (1.0, 2),');
    expect(text).toContain('accumulation_steps = 2\n');
    expect(text).toContain('grad_ckpt_settings=(19, 38)');
    expect(text).toContain('plugin = "zero1"\n');
  });

  it('turns FlashAttention off where the verdict asks for it, and nowhere else', () => {
    const target = resolveTarget({ model: 'v1.2', task: 'infer', resolution: '144p', frames: 17 });
    const { verdict } = goReport();
    const found = { id: 'flash-attention', status: 'look', text: 'off', evidence: 'published' } as const;
    const old = { ...verdict, reasons: [...verdict.reasons, found] };
    const { text } = renderOpenSoraConfig(reportOf(target, { verdict: old }));
    expect(text).toContain('enable_flash_attn=False');
    expect(text).toContain('# FlashAttention 2 does not run on this card');
    expect(renderOpenSoraConfig(reportOf(target)).text).toContain('enable_flash_attn=True');
  });
});
