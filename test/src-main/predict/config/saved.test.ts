import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../src-main/contract/target.js';
import type { TargetFlags } from '../../../../src-main/contract/target-flags.js';
import { UsageError } from '../../../../src-main/contract/usage-error.js';
import { targetFromFile } from '../../../../src-main/predict/config/target-from-file.js';
import { resolveTarget } from '../../../../src-main/predict/resolve-target.js';
import { goReport } from '../../../fixtures/reports.js';
import { published } from '../../../support/opensora-fixtures.js';

const read = (text: string, given: Partial<TargetFlags> = {}) =>
  targetFromFile(text, 'run.json', given, () => '').target;
const flags: TargetFlags = {
  model: 'v2.0',
  task: 'train',
  resolution: '256px',
  frames: 129,
  batch: 4,
  gpuCount: 8,
};
const target = resolveTarget(flags);
const saved = (changes: object) => JSON.stringify({ ...target, ...changes });
const savedBucket = (changes: object) => saved({ buckets: [{ ...target.buckets[0], ...changes }] });

describe('a saved file', () => {
  it('is a target, its flags, or a report', () => {
    expect(read(JSON.stringify(target))).toEqual(target);
    expect(read(JSON.stringify(flags))).toEqual(target);
    expect(read(JSON.stringify(goReport()))).toEqual({ ...goReport().target, ae: 'hunyuan' });
  });

  it('keeps a mix of buckets, and tokens that no resolution has', () => {
    const mix = published('v1.2/stage1.py', { gpuCount: 8 }).target;
    expect(read(JSON.stringify(mix))).toEqual(mix);
    const tokens = resolveTarget({
      model: 'v1.2',
      task: 'train',
      spatialTokens: 77,
      latentFrames: 3,
      batch: 2,
    });
    expect(read(JSON.stringify(tokens))).toEqual(tokens);
  });

  it('gives way to flags', () => {
    expect(
      read(JSON.stringify(target), { gpuCount: 16, frames: 97, checkpointing: 'full', steps: 7 }),
    ).toMatchObject({
      gpuCount: 16,
      effectiveBatch: 64,
      steps: 7,
      checkpointedBlocks: { double: 19, single: 38 },
      buckets: [{ frames: 97, latentFrames: 25 }],
    });
    const mix = JSON.stringify(published('v1.2/stage1.py').target);
    expect(() => read(mix, { batch: 2 })).toThrow('--batch is for a run of one bucket, and the file has 26');
  });
});

describe('a bad saved file gets one line', () => {
  const lines: [name: string, text: string, says: RegExp][] = [
    [
      'NaN',
      '{\n  "model": "v2.0",\n  "frames": NaN }',
      /^run\.json line 3 column 13: NaN is no number of JSON/,
    ],
    ['not JSON', '{"model": ', /^run\.json.*no whole JSON/],
    ['a list', '[1]', /a saved target is an object/],
    ['an unknown flag', '{"model": "v2.0", "framess": 3}', /unknown field "framess"; did you mean frames\?/],
    ['an unknown field', saved({ gpus: 3 }), /unknown field "gpus"/],
    ['a negative', saved({ gpuCount: -1 }), /gpuCount cannot be -1/],
    [
      'absurd frames',
      JSON.stringify({ ...flags, frames: 1e9 }),
      /--frames 1000000000 is more than any machine/,
    ],
    [
      'a group that does not divide',
      saved({ sequenceParallel: 5, plugin: 'hybrid' }),
      /--sp 5 does not divide the 24/,
    ],
    ['more workers than cores', saved({ dataWorkers: 1e12 }), /1000000000000 data workers .* at most 1024/],
    ['nodes', saved({ nodes: 3 }), /--gpu-count 8 .* does not divide into --nodes 3/],
    [
      'an effective batch of its own',
      saved({ effectiveBatch: 33 }),
      /effectiveBatch 33 is not what .* is 32/,
    ],
    [
      'too many checkpoints',
      saved({ checkpointedBlocks: { double: 20, single: 1 } }),
      /double 20 is more than its 19/,
    ],
    ['foreign blocks', saved({ checkpointedBlocks: { spatial: 1 } }), /v2\.0 has double and single blocks/],
    ['a grid that is none', savedBucket({ rows: 13 }), /rows 13 times columns 21 is not spatialTokens 252/],
    [
      'another size than its name has',
      savedBucket({ resolution: '768px' }),
      /height 192 and width 336 are not those of 768px at 16:9, which are 576 and 1024/,
    ],
    ['a name of its own', savedBucket({ resolution: 'small' }), /right would be "252 tokens"/],
    ['tokens that it has not', savedBucket({ resolution: '7 tokens' }), /right would be "252 tokens"/],
    ['no share', savedBucket({ share: 0 }), /every bucket's share of the steps is 0/],
    ['frames of no VAE', savedBucket({ frames: 130 }), /run\.json, bucket 256px of 130 frames: --frames 130/],
    ['tokens beyond', savedBucket({ batch: 90_000 }), /more than any machine can take/],
  ];
  it.each(lines)('%s', (_name, text, says) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(says);
    try {
      read(text);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });

  it('whatever is in it', () => {
    const names = [
      'buckets',
      'model',
      'task',
      'frames',
      'share',
      'batch',
      'kind',
      'target',
      'checkpointedBlocks',
    ];
    const anything = fc.oneof(
      fc.json(),
      fc.dictionary(fc.constantFrom(...names), fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc
        .record({ key: fc.constantFrom(...Object.keys(target)), value: fc.jsonValue() })
        .map(({ key, value }) => saved({ [key]: value })),
      fc
        .record({ key: fc.constantFrom(...Object.keys(target.buckets[0]!)), value: fc.jsonValue() })
        .map(({ key, value }) => savedBucket({ [key]: value })),
    );
    fc.assert(
      fc.property(anything, (text) => {
        let made: Target | null = null;
        try {
          made = read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
          expect((error as Error).message).not.toMatch(/[\n\r]/);
        }
        if (made !== null) expect(made.buckets.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
      }),
      { numRuns: 400 },
    );
  });
});
