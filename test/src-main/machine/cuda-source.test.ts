import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, machineSchema } from '../../../src-main/contract/machine.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { compileFakeCuda } from '../../native/cuda.js';
import { bareRoot, firstNamespace, openStage } from './play.js';

const runnable = compiler !== undefined && process.platform === 'linux';
const total = 25_757_220_864;

/** As test/fixtures/machines/rtx4090x2.txt has them for NVML; CUDA leaves out what the driver keeps. */
const card = (digit: number, pci: string, bytes = total - 2 ** 28, name = 'NVIDIA GeForce RTX 4090') =>
  `gpu GPU-played-${digit}\nname ${name}\npci ${pci}\ntotal ${bytes}\n`;

describe.skipIf(!runnable)('the CUDA driver beside NVML (needs Linux and a C compiler)', () => {
  let stage: Awaited<ReturnType<typeof openStage>>;
  let library: string;
  let [first, second] = ['', ''];
  beforeAll(async () => {
    stage = await openStage();
    library = `${compileFakeNvml()}:${compileFakeCuda({ nccl: false })}`;
    const { gpus } = detect('', { CUDA_VISIBLE_DEVICES: '0,1' });
    [first, second] = gpus.map(({ pciAddress }) => String(pciAddress).replace(/^0000/, '').toLowerCase()) as [
      string,
      string,
    ];
  });
  afterAll(() => stage.close());

  function detect(cuda: string, env: Record<string, string> = {}): Machine {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'preflight-cuda-')), 'machine.txt');
    writeFileSync(file, cuda);
    const root = bareRoot(firstNamespace);
    return machineSchema.parse(
      stage.play({ library, fixture: 'rtx4090x2.txt', root, env: { FAKE_CUDA: file, ...env } }),
    );
  }
  const agree = (machine: Machine) => machine.checks.find(({ id }) => id === 'sources-agree')!;

  it('agrees, its lesser memory and shorter addresses counted in, on what is shown and what is hidden', () => {
    const both = card(0, first) + card(1, second);
    for (const env of [{}, { CUDA_VISIBLE_DEVICES: '1' }, { CUDA_VISIBLE_DEVICES: '' }]) {
      const machine = detect(both, env);
      expect(machine.disagreements).toEqual([]);
      expect(agree(machine)).toMatchObject({
        status: 'pass',
        text: expect.not.stringContaining('not compared'),
      });
    }
  });

  it('shows fewer, or others', () => {
    const machine = detect(card(0, first));
    expect(machine.disagreements).toEqual([
      {
        about: 'which NVIDIA GPUs CUDA may use',
        sources: { NVML: `2 (${first}, ${second})`, 'the CUDA driver': `1 (${first})` },
      },
    ]);
    expect(agree(machine)).toMatchObject({
      status: 'look',
      text: expect.stringContaining('the CUDA driver says 1'),
    });
  });

  it('has another order', () => {
    expect(detect(card(1, second) + card(0, first)).disagreements).toEqual([
      {
        about: 'the order of the GPUs in CUDA',
        sources: { NVML: `${first}, ${second}`, 'the CUDA driver': `${second}, ${first}` },
      },
    ]);
  });

  it('has another name and memory for one', () => {
    const other = card(1, second, 8 * 2 ** 30, 'NVIDIA GeForce RTX 3070');
    const { disagreements } = detect(card(0, first) + other);
    expect(disagreements.map(({ sources }) => sources['the CUDA driver'])).toEqual([
      'NVIDIA GeForce RTX 3070',
      '8.00 GiB',
    ]);
  });

  it('refuses, which is said with its reason', () => {
    const machine = detect(`error cuInit 802\n${card(0, first)}`);
    expect(machine.disagreements.map(({ sources }) => sources['the CUDA driver'])).toEqual([
      'none: cuInit failed with 802: the system is not ready (fabric manager)',
    ]);
  });

  it.each([
    ['hang cuInit', 'the CUDA driver did not answer within 1 s (cuInit)'],
    ['crash cuDeviceGetName', 'the CUDA driver ended its process by SIGABRT (cuDeviceGetName)'],
    ['error cuDeviceGetCount 999', 'cuDeviceGetCount failed with 999: unknown error'],
  ])('is not compared where it does: %s', (deed, reason) => {
    const slow = deed.startsWith('hang') ? { OTHER_SOURCES_MS: '1000' } : {};
    const machine = detect(`${deed}\n${card(0, first)}`, slow as Record<string, string>);
    expect(machine.disagreements).toEqual([]);
    expect(agree(machine)).toMatchObject({
      status: 'not-tested',
      text: expect.stringContaining(`not compared: ${reason}`),
    });
    expect(machine.gpus).toHaveLength(2);
  });
});
