import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineSchema } from '../../../src-main/contract/machine.js';
import { compileFakeNvml, compiler } from '../../native/compile.js';
import { compileFakeCuda } from '../../native/cuda.js';
import { runCli, startCli } from '../../support/cli.js';
import { markedProcesses, until } from '../../support/processes.js';
import { type Cuda, playCuda, uuidOf } from '../probe/rates/stage.js';

const gibi = 2 ** 30;
const reason =
  process.platform !== 'linux' ? ' (skipped: not Linux)' : compiler ? '' : ' (skipped: no C compiler)';

/** Two H100s for NVML, of which CUDA copies at 1.45 and 1.0 TB/s; in the second two processes work. */
const nvml = [0, 1]
  .map((index) =>
    [
      'gpu NVIDIA H100 80GB HBM3',
      `uuid ${uuidOf(index)}`,
      `pci 00000000:${index + 1}9:00.0`,
      'cc 9 0',
      `memory ${80 * gibi} ${gibi} ${index * 2 * gibi}`,
      ...(index === 1 ? [`process 4242 ${gibi} python`] : []),
    ].join('\n'),
  )
  .join('\n');
const speeds = (index: number, local: number) =>
  `gpu ${uuidOf(index)}\nfree ${60 * gibi}\nlocal ${local}\npageable 9e9\npinned 52e9\nreduce 300e9\n`;

describe.skipIf(reason !== '')(`detect --measure${reason}`, () => {
  let folder: string;
  let library: string;
  let cuda: Cuda;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'preflight-detect-'));
    writeFileSync(path.join(folder, 'nvml.txt'), `driver 550.54.15\ncuda 12040\n${nvml}\n`);
    library = `${compileFakeNvml()}:${compileFakeCuda({ nccl: false })}`;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (fixture: string) => {
    cuda?.remove();
    cuda = playCuda(library, fixture);
    return { ...cuda.env, FAKE_NVML: path.join(folder, 'nvml.txt') };
  };

  it('gives the rates of idle GPUs beside what is achieved, and judges them', async () => {
    const env = environment(speeds(0, 1.0e12) + speeds(1, 1.45e12));
    const { code, stdout, stderr } = await runCli(['detect', '--measure', '--json'], { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^measuring GPU 0 /m);
    const { rates, checks } = machineSchema.parse(JSON.parse(stdout));
    const copies = rates.filter(({ id }) => id === 'device-copy');
    expect(copies).toEqual([
      {
        id: 'device-copy',
        gpu: 0,
        peer: null,
        unit: 'bytes/s',
        value: expect.closeTo(2e12, -9),
        achievable: { value: 2.5e12, source: expect.stringContaining('NVIDIA/nccl') },
      },
      expect.objectContaining({ gpu: 1, value: { unavailable: expect.stringMatching(/^it is busy/) } }),
    ]);
    // 2.0 of 2.5 TB/s is 80 %.
    expect(checks.find(({ id }) => id === 'rate-device-copy')).toMatchObject({
      status: 'look',
      text: expect.stringContaining('80 %'),
    });
    expect(cuda.ledger()).toMatchObject({ left: [], taken: expect.any(Number) });
  }, 120_000);

  it('refuses to force what it does not do', async () => {
    const { code, stderr } = await runCli(['detect', '--force'], { env: environment('') });
    expect(code).toBe(2);
    expect(stderr).toBe('preflight: --force is for --measure: without it no GPU is used\n');
  });

  it('ends its worker and tells what there is when it is cancelled', async () => {
    const env = environment(`hang cuMemcpyHtoDAsync_v2\n${speeds(0, 1.45e12)}`);
    const run = await startCli(['detect', '--measure', '--json'], { env });
    await until('the GPU is in use', () => cuda.ledger().left.length > 4, 60_000);
    // Its first rate is on its way.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    run.child.kill('SIGINT');
    const { code, stdout } = await run.end;
    expect(code).toBe(130);
    const { rates } = machineSchema.parse(JSON.parse(stdout));
    expect(rates[0]).toMatchObject({ id: 'device-copy', value: expect.closeTo(2.9e12, -9) });
    expect(rates[1]!.value).toEqual({ unavailable: 'cancelled by the user' });
    expect(markedProcesses(run.marker)).toEqual([]);
  }, 120_000);
});
