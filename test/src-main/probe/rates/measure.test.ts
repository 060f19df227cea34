import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { unavailable } from '../../../../src-main/contract/evidence.js';
import { type Gpu, type Rate, rateSchema } from '../../../../src-main/contract/machine.js';
import { forkFile } from '../../../../src-main/probe/fork-worker.js';
import { measureRates, type RatesOptions } from '../../../../src-main/probe/rates/measure.js';
import { bundle } from '../../../native/bundle.js';
import { compiler } from '../../../native/compile.js';
import { compileFakeCuda } from '../../../native/cuda.js';
import { type Cuda, gpu, playCuda, uuidOf } from './stage.js';

const reason =
  process.platform !== 'linux' ? ' (skipped: not Linux)' : compiler ? '' : ' (skipped: no C compiler)';
const gibi = 2 ** 30;

/** A GPU of the fixture: bytes copied a second. Reads from the GPU go at half of what writes to it do. */
const fast = (index: number, peers = '') =>
  `gpu ${uuidOf(index)}\nfree ${79 * gibi}\nlocal 1.4e12\npageable 8e9\npinned 50e9\nreduce 430e9\n${peers}`;
const noCuda = unavailable('no CUDA provider here');

describe.skipIf(reason !== '')(`rates on a CUDA driver that plays machines${reason}`, () => {
  let script: string;
  let libraries: string;
  let withNccl: string;
  let cuda: Cuda | undefined;
  beforeAll(async () => {
    script = await bundle(path.resolve(import.meta.dirname, '../../../../src-main/probe/rates/worker.ts'));
    libraries = compileFakeCuda({ nccl: false });
    withNccl = compileFakeCuda({ nccl: true });
  });
  afterEach(() => {
    cuda?.remove();
    vi.unstubAllEnvs();
  });
  afterAll(() => rmSync(path.dirname(script), { recursive: true, force: true }));

  async function measure(fixture: string, gpus: Gpu[], over: Partial<RatesOptions> = {}, at = libraries) {
    cuda = playCuda(at, fixture);
    for (const [name, value] of Object.entries(cuda.env)) vi.stubEnv(name, value);
    const rates = await measureRates(
      { gpus },
      {
        force: false,
        cudaFolders: noCuda,
        achievable: (_id, _gpu, ranks) => ({ value: ranks, source: 'the test' }),
        startWorker: forkFile(script),
        ...over,
      },
    );
    for (const rate of rates) rateSchema.parse(rate);
    return rates;
  }
  const rateOf = (rates: readonly Rate[], id: Rate['id'], on = 0, peer: number | null = null) =>
    rates.find((rate) => rate.id === id && rate.gpu === on && rate.peer === peer)?.value;

  it('measures the copies of one GPU, and gives everything back', async () => {
    const rates = await measure(fast(0), [gpu(0)]);
    expect(rates.map(({ id }) => id)).toEqual([
      'device-copy',
      'host-to-device-pageable',
      'host-to-device-pinned',
      'device-to-host-pageable',
      'device-to-host-pinned',
      'matrix-product',
    ]);
    // Read and written: twice what is copied.
    expect(rateOf(rates, 'device-copy')).toBeCloseTo(2.8e12, -9);
    expect(rateOf(rates, 'host-to-device-pageable')).toBeCloseTo(8e9, -7);
    expect(rateOf(rates, 'device-to-host-pageable')).toBeCloseTo(4e9, -7);
    expect(rateOf(rates, 'host-to-device-pinned')).toBeCloseTo(50e9, -7);
    expect(rateOf(rates, 'device-to-host-pinned')).toBeCloseTo(25e9, -7);
    expect(rateOf(rates, 'matrix-product')).toEqual(noCuda);
    expect(rates[0]).toMatchObject({ unit: 'bytes/s', achievable: { value: 1 } });
    const { taken, left } = cuda!.ledger();
    expect(taken).toBeGreaterThan(10);
    expect(left).toEqual([]);
  });

  it('measures each pair both ways, over NVLink or the host, and names the GPUs by CUDA ordinal', async () => {
    const fixture = [
      fast(0, `peer ${uuidOf(3)} 370e9\n`),
      fast(3, `peer ${uuidOf(0)} 360e9\n`),
      fast(5),
    ].join('');
    const rates = await measure(fixture, [gpu(5), gpu(0), gpu(3)], {}, withNccl);
    expect(rates.filter(({ id }) => id === 'peer-copy')).toHaveLength(6);
    expect(rateOf(rates, 'peer-copy', 0, 3)).toBeCloseTo(370e9, -7);
    expect(rateOf(rates, 'peer-copy', 3, 0)).toBeCloseTo(360e9, -7);
    // Not reachable: half of what its pinned memory gets.
    expect(rateOf(rates, 'peer-copy', 5, 0)).toBeCloseTo(25e9, -7);
    expect(rateOf(rates, 'all-reduce', 0)).toBeCloseTo(430e9, -7);
    expect(rates.at(-1)).toMatchObject({ id: 'all-reduce', peer: null, achievable: { value: 3 } });
    expect(cuda!.ledger().left).toEqual([]);
  });

  it('leaves a GPU alone on which others work, unless told to', async () => {
    const busy = gpu(1, { processes: [{ pid: 7, name: 'python', usedBytes: 5 * gibi }] });
    const refusal = 'it is busy: 1 process; measure when it is idle, or with --force';
    const rates = await measure(fast(0) + fast(1), [gpu(0), busy]);
    expect(rateOf(rates, 'device-copy', 0)).toBeCloseTo(2.8e12, -9);
    expect(rates.filter((rate) => rate.gpu === 1 && rate.peer === null).map(({ value }) => value)).toEqual(
      Array(6).fill({ unavailable: refusal }),
    );
    expect(rateOf(rates, 'peer-copy', 0, 1)).toEqual({ unavailable: refusal });
    expect(rateOf(rates, 'all-reduce')).toEqual({ unavailable: 'only one of the GPUs may be measured' });
    cuda!.remove();
    const forced = await measure(fast(0) + fast(1), [gpu(0), busy], { force: true });
    expect(rateOf(forced, 'device-copy', 1)).toBeCloseTo(2.8e12, -9);
  });

  it('keeps what was measured before a call fails, and frees all the same', async () => {
    const rates = await measure(`error cuMemHostAlloc 2\n${fast(0)}`, [gpu(0)]);
    expect(rateOf(rates, 'device-to-host-pageable')).toBeCloseTo(4e9, -7);
    const why = { unavailable: 'cuMemHostAlloc failed with 2: out of memory' };
    expect(rateOf(rates, 'host-to-device-pinned')).toEqual(why);
    expect(rateOf(rates, 'device-to-host-pinned')).toEqual(why);
    const { taken, left } = cuda!.ledger();
    expect(taken).toBeGreaterThan(5);
    expect(left).toEqual([]);
  });

  it('keeps what was measured before a call ends the process', async () => {
    const rates = await measure(`crash cuMemcpyDtoHAsync_v2\n${fast(0)}`, [gpu(0)]);
    expect(rateOf(rates, 'host-to-device-pageable')).toBeCloseTo(8e9, -7);
    expect(rateOf(rates, 'device-to-host-pageable')).toEqual({ unavailable: 'the worker ended by SIGABRT' });
  });

  it('ends a call that hangs, and keeps what was measured before', async () => {
    const began = performance.now();
    const rates = await measure(`hang cuMemcpyDtoHAsync_v2 3\n${fast(0)}`, [gpu(0)]);
    expect(rateOf(rates, 'host-to-device-pageable')).toBeCloseTo(8e9, -7);
    expect(rateOf(rates, 'device-to-host-pageable')).toEqual({ unavailable: 'not done after 8 s' });
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  it('says why nothing can be measured', async () => {
    const library = await measure(fast(0), [gpu(0)], {}, '/nowhere');
    expect(rateOf(library, 'device-copy')).toEqual({
      unavailable: expect.stringMatching(/^libcuda\.so\.1 cannot be loaded: /),
    });
    cuda!.remove();
    const driver = await measure(`error cuInit 803\n${fast(0)}`, [gpu(0)]);
    expect(rateOf(driver, 'device-copy')).toEqual({
      unavailable: 'cuInit failed with 803: the driver does not match its kernel module',
    });
    cuda!.remove();
    // NVML lists two, CUDA has one of them.
    const other = await measure(fast(0), [gpu(0), gpu(1)]);
    expect(rateOf(other, 'peer-copy', 0, 1)).toEqual({
      unavailable: 'CUDA sees 1 of the 2 GPUs that it should',
    });
    expect(rateOf(other, 'all-reduce')).toEqual({ unavailable: 'CUDA sees 1 of the 2 GPUs that it should' });
  });

  it('says why there is no all-reduce without NCCL', async () => {
    const rates = await measure(fast(0) + fast(1), [gpu(0), gpu(1)]);
    expect(rateOf(rates, 'all-reduce')).toEqual({
      unavailable: expect.stringMatching(/^libnccl\.so\.2 cannot be loaded: /),
    });
  });

  it('is ended by the user', async () => {
    const rates = await measure(fast(0), [gpu(0)], { signal: AbortSignal.abort() });
    expect(rateOf(rates, 'device-copy')).toEqual({ unavailable: 'cancelled by the user' });
  });
});
