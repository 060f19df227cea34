import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findTorch, runPython, runScript } from '../support/python.js';

interface Recorded {
  request: Record<string, string | number>;
  result: { savedForBackwardBytes: number; sharedBytes: number; parameters: number };
}

interface Description {
  parameters: { name: string; shape: number[] }[];
  inputs: { name: string; shape: number[] }[];
  outputs: string[];
}

const torch = findTorch();
const absent = 'absent' in torch;
const why = absent ? ` (skipped: ${torch.absent})` : '';

const recorded: Recorded[] = JSON.parse(
  readFileSync(new URL('../fixtures/saved-bytes.json', import.meta.url), 'utf8'),
);

const stdit = (names: readonly string[]) =>
  names.flatMap((name) => [`${name}.bias`, `${name}.weight`]).concat('scale_shift_table');
const stditLinears = ['attn.qkv', 'attn.proj', 'mlp.fc1', 'mlp.fc2'].concat(
  ['q_linear', 'kv_linear', 'proj'].map((name) => `cross_attn.${name}`),
);
const norms = (attention: string) => [`${attention}.q_norm.weight`, `${attention}.k_norm.weight`];
const temporal = ['attn_temp.qkv', 'attn_temp.proj'];
const stream = (name: string) => [
  ...['mod.lin', 'attn.q_proj', 'attn.k_proj', 'attn.v_proj', 'attn.proj', 'mlp.0', 'mlp.2'].flatMap(
    (part) => [`${name}_${part}.weight`, `${name}_${part}.bias`],
  ),
  `${name}_attn.norm.query_norm.scale`,
  `${name}_attn.norm.key_norm.scale`,
];

/** Upstream's state_dict of each block. */
const stateDicts: [model: string, kind: string, names: string[]][] = [
  ['v1.0', 'spatiotemporal', stdit([...stditLinears, ...temporal])],
  [
    'v1.1',
    'spatiotemporal',
    [
      ...stdit([...stditLinears, ...temporal]),
      ...norms('attn'),
      ...norms('attn_temp'),
      'scale_shift_table_temporal',
    ],
  ],
  ['v1.2', 'spatial', [...stdit(stditLinears), ...norms('attn')]],
  ['v1.2', 'temporal', [...stdit(stditLinears), ...norms('attn')]],
  ['v1.3', 'spatial', [...stdit(stditLinears), ...norms('attn')]],
  ['v1.3', 'temporal', [...stdit(stditLinears), ...norms('attn')]],
  ['v2.0', 'double', [...stream('img'), ...stream('txt')]],
  [
    'v2.0',
    'single',
    [
      ...['modulation.lin', 'q_proj', 'k_proj', 'v_mlp', 'linear2'].flatMap((name) => [
        `${name}.weight`,
        `${name}.bias`,
      ]),
      'norm.query_norm.scale',
      'norm.key_norm.scale',
    ],
  ],
];

const shape = { batch: 2, latentFrames: 2, rows: 2, columns: 3, textTokens: 4 };

describe('PyTorch references', () => {
  it.skipIf(absent)(`hold against autograd and plain operators${why}`, async () => {
    await expect(runScript('test_reference.py')).resolves.toBe('');
  });

  it.skipIf(absent)(`have upstream's parameters${why}`, async () => {
    const requests = stateDicts.map(([model, kind]) => ({
      model,
      kind,
      ...(model === 'v2.0' ? { hidden: 16, heads: 2, axes: [2, 4, 2] } : { hidden: 24, heads: 2 }),
      ...shape,
    }));
    const descriptions = (await runPython('numeric_reference.py', requests)) as Description[];
    expect(descriptions.map(({ parameters }) => parameters.map(({ name }) => name).sort())).toEqual(
      stateDicts.map(([, , names]) => [...names].sort()),
    );
  });

  it.skipIf(absent)(`measure what was recorded${why}`, async () => {
    const again = recorded.filter(({ request }) => request.model === 'v1.2' && request.dtype === 'fp32');
    const measured = await runPython(
      'saved_bytes.py',
      again.map(({ request }) => request),
    );
    expect(measured).toMatchObject(again.map(({ result }) => result));
  });

  it.skipIf(absent)(`say what a bad request lacks${why}`, async () => {
    await expect(runPython('numeric_reference.py', { kind: 'spatial' })).rejects.toThrow(
      'the request lacks model',
    );
    await expect(
      runPython('numeric_reference.py', { model: 'v1.2', kind: 'double', hidden: 24, heads: 2, ...shape }),
    ).rejects.toThrow('v1.2 has no double block');
  });
});

describe('recorded figures', () => {
  it('cover each block of each version in bf16 at several shapes, and in fp32', () => {
    for (const [model, kind] of stateDicts) {
      const of = recorded.filter(({ request }) => request.model === model && request.kind === kind);
      expect(of.filter(({ request }) => request.dtype === 'bf16').length).toBeGreaterThan(1);
      expect(of.some(({ request }) => request.dtype === 'fp32')).toBe(true);
    }
  });

  it('are of full width', () => {
    const parameters = (kind: string) =>
      new Set(recorded.filter(({ request }) => request.kind === kind).map(({ result }) => result.parameters));
    expect(parameters('spatial')).toEqual(new Set([21_255_696]));
    expect(parameters('temporal')).toEqual(new Set([21_255_696]));
    expect(parameters('double')).toEqual(new Set([339_831_296]));
    expect(parameters('single')).toEqual(new Set([141_591_808]));
  });
});
