import { beforeAll, describe, expect, it } from 'vitest';
import { modelVersion } from '../../../models/catalog/index.js';
import { machineSchema } from '../../../src-main/contract/machine.js';
import { type Probe, probeSchema } from '../../../src-main/contract/probe.js';
import { builtMain } from '../../support/built.js';
import { runCli } from '../../support/cli.js';

beforeAll(async () => {
  await builtMain();
});

/** Standard output as the one JSON document that it must be. */
function document(stdout: string): unknown {
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stdout.trim()).not.toContain('\n');
  return JSON.parse(stdout);
}

async function measure(...args: string[]): Promise<Probe> {
  const { code, stdout, stderr } = await runCli(['measure', ...args, '--json']);
  expect(stderr).not.toMatch(/preflight:/);
  expect(code).toBe(0);
  return probeSchema.parse(document(stdout));
}

const v1 = ['--resolution', '144p', '--frames', '51'];
const v13 = ['--resolution', '144p', '--frames', '49'];
const v2 = ['--resolution', '256px', '--frames', '129'];
const bytes = { fp32: 4, bf16: 2, fp16: 2 };

describe.concurrent('measure --structural --json', () => {
  it.each([
    ['v1.0', 'spatiotemporal', v1, 26_568_576],
    ['v1.1', 'spatiotemporal', v1, 26_572_320],
    ['v1.2', 'spatial', v1, 21_255_696],
    ['v1.2', 'temporal', v1, 21_255_696],
    ['v1.3', 'spatial', v13, 21_255_696],
    ['v1.3', 'temporal', v13, 21_255_696],
    ['v2.0', 'double', v2, 339_831_296],
    ['v2.0', 'single', v2, 141_591_808],
  ] as const)('%s %s', async (model, block, shape, parameters) => {
    for (const dtype of ['bf16', 'fp32'] as const) {
      const probe = await measure(
        '--model',
        model,
        '--block',
        block,
        ...shape,
        '--dtype',
        dtype,
        '--structural',
      );
      expect(probe).toMatchObject({ status: 'ok', evidence: 'modelled', provider: 'none', cause: '' });
      expect(probe.parameters).toBe(parameters);
      expect(probe.memory).toMatchObject({ parameterBytes: parameters * bytes[dtype] });
      if ('unavailable' in probe.memory) throw new Error(probe.memory.unavailable);
      expect(probe.memory.savedForBackwardBytes).toBeGreaterThan(0);
      expect(probe.time).toMatchObject({ unavailable: expect.any(String) });
      expect(probe.point).toMatchObject({ model, block, dtype, task: 'train', batch: 1 });
      expect(Object.keys(modelVersion(model).depth)).toContain(block);
    }
  });

  it('answers v2.0 at 768px in seconds, and inference with nothing saved', async () => {
    const large = ['--resolution', '768px', '--frames', '129', '--batch', '1'];
    const began = performance.now();
    const probe = await measure('--model', 'v2.0', '--block', 'double', ...large, '--structural');
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(probe.point.tokens).toBeGreaterThan(70_000);
    const inference = await measure(
      '--model',
      'v2.0',
      '--block',
      'double',
      ...large,
      '--structural',
      '--task',
      'infer',
    );
    expect(inference.memory).toMatchObject({ savedForBackwardBytes: 0 });
  });

  it('saves less with a checkpoint', async () => {
    const args = ['--model', 'v1.2', '--block', 'spatial', ...v1, '--structural'];
    const [plain, checkpointed] = [await measure(...args), await measure(...args, '--checkpoint')];
    const saved = ({ memory }: Probe) =>
      'unavailable' in memory ? Number.NaN : memory.savedForBackwardBytes;
    expect(saved(checkpointed)).toBeLessThan(saved(plain) / 10);
  });

  it('takes latent frames and tokens in place of frames and a resolution', async () => {
    const probe = await measure(
      '--model',
      'v1.2',
      '--block',
      'spatial',
      '--latent-frames',
      '3',
      '--spatial-tokens',
      '12',
      '--structural',
    );
    expect(probe.point).toMatchObject({ latentFrames: 3, rows: 3, columns: 4, tokens: 36 });
  });
});

describe('measure', () => {
  const tiny = [
    '--model',
    'v1.2',
    '--block',
    'spatial',
    '--latent-frames',
    '1',
    '--spatial-tokens',
    '4',
    '--device',
    'cpu',
  ];

  it('measures one block and prints one document, progress elsewhere', async () => {
    const { code, stdout, stderr } = await runCli(['measure', ...tiny, '--task', 'infer', '--json']);
    const probe = probeSchema.parse(document(stdout));
    expect(probe).toMatchObject({
      status: 'ok',
      evidence: 'measured',
      provider: 'cpu',
      point: { dtype: 'fp32' },
    });
    expect(stderr).toMatch(/^measuring one spatial block in fp32 on [^\n]+\n$/);
    expect(code).toBe(0);
  });

  it('tries the type that was asked for, and says that the CPU has it not', async () => {
    const probe = await measure(...tiny, '--dtype', 'bf16');
    expect(probe).toMatchObject({ status: 'not-supported', point: { dtype: 'bf16' } });
  });

  it('does not try on the CPU what its memory cannot hold', async () => {
    const large = [
      '--model',
      'v2.0',
      '--block',
      'double',
      '--resolution',
      '768px',
      '--frames',
      '129',
      '--batch',
      '64',
    ];
    const probe = await measure(...large, '--device', 'cpu');
    expect(probe).toMatchObject({
      evidence: 'modelled',
      cause: expect.stringMatching(/^not tried: needs about .* is free$/),
    });
  });

  it('prints figures for people without --json', async () => {
    const { code, stdout } = await runCli(['measure', ...tiny, '--structural']);
    expect(stdout).toMatch(/^v1\.2 spatial, train, bf16, batch 1/);
    expect(stdout).toMatch(/saved for backward +\d/);
    expect(stdout.split('\n').every((line) => line.length <= 120)).toBe(true);
    expect(code).toBe(0);
  });
});

describe('detect', () => {
  it('prints the machine as one document', async () => {
    const { code, stdout, stderr } = await runCli(['detect', '--json']);
    const machine = machineSchema.parse(document(stdout));
    expect(machine.host.cpu.usableCores).toBeGreaterThan(0);
    expect(machine.providers.find(({ device }) => device === 'cpu')).toMatchObject({ usable: true });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('prints it for people', async () => {
    const { code, stdout } = await runCli(['detect']);
    expect(stdout).toMatch(/host memory/i);
    expect(code).toBe(0);
  });
});
