import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callInChild } from '../../../support/child-module.js';
import { markedProcesses, markerName, until } from '../../../support/processes.js';
import { findTorch } from '../../../support/python.js';
import { hasPython, makeCheckout, makeEnvironment, makeTorchEnvironment } from '../../../support/upstream.js';
import { rehearseStandIn, type StandInAsked } from '../../../support/upstream-rehearsal.js';
import { tree } from '../../machine/tree.js';

const marker = `upstream-${process.pid}`;
let checkout: string;
let python: string;
/** Where everything temporary goes: nothing may be left in it. */
let scratch: string;

beforeAll(() => {
  if (!hasPython) return;
  checkout = makeCheckout();
  python = makeEnvironment();
  scratch = mkdtempSync(join(tmpdir(), 'preflight-scratch-'));
});
afterAll(() => {
  for (const folder of [checkout, python, scratch]) if (folder) rmSync(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** A rehearsal in the stand-in, after which nothing may be left. */
async function rehearse({ act = '', env = {}, python: own = python, ...asked }: Asked = {}) {
  vi.stubEnv(markerName, marker);
  vi.stubEnv('TMPDIR', scratch);
  vi.stubEnv('STANDIN_ACT', act);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const found = await rehearseStandIn({ checkout, python: own }, asked);
  expect(markedProcesses(marker)).toEqual([]);
  expect(readdirSync(scratch)).toEqual([]);
  return found;
}

interface Asked extends StandInAsked {
  act?: string;
  env?: Record<string, string>;
  python?: string;
}

describe.skipIf(!hasPython)('a rehearsal in Open-Sora', () => {
  it('holds three steps of two ranks, with their peak', async () => {
    const steps: number[] = [];
    const found = await rehearse({ onStep: (step) => steps.push(step) });
    expect(found).toMatchObject({ status: 'held', cause: '', stage: null, steps: 3, ranks: 2 });
    expect(found).toMatchObject({ torch: '2.4.0+standin', expectedPeakBytes: 1 << 30 });
    expect(found.stepSeconds).toHaveLength(3);
    for (const seconds of found.stepSeconds) expect(seconds).toBeGreaterThan(0.019);
    // Rank 1 takes 2 MiB in each of three steps.
    expect(found.peakAllocatedBytes).toBe(6 << 20);
    expect(found.commit).toMatch(/^[0-9a-f]{40}$/);
    expect(found.command).toMatch(
      /-m torch\.distributed\.run --standalone --nproc_per_node 2 \S+rank\.py 3 /,
    );
    expect(steps.toSorted()).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect(existsSync(`${checkout}/outputs`)).toBe(false);
    expect(existsSync(`${checkout}/opensora/__pycache__`)).toBe(false);
  });

  it('takes every micro-batch of an accumulated step', async () => {
    const found = await rehearse({ target: { gpuCount: 1, effectiveBatch: 12, accumulation: 3 } });
    expect(found).toMatchObject({ status: 'held', steps: 3, ranks: 1 });
  });

  it('says by how much a GPU was too small', async () => {
    // Two steps of rank 1 fit into 5 GiB, and 1 GiB is free for the third, which wants 2.
    const gibi = 2 ** 30;
    const env = { STANDIN_GPU_BYTES: String(5 * gibi), STANDIN_STEP_BYTES: String(gibi) };
    const found = await rehearse({ env });
    expect(found).toMatchObject({
      status: 'out-of-memory',
      cause: 'GPU memory ran out on rank 1, in step 3 of 3: 2.00 GiB wanted, 1.00 GiB free',
      stage: 'steps',
      steps: 2,
      missingBytes: gibi,
      peakAllocatedBytes: 4 * gibi,
    });
  });

  it('names an exception of one rank of several, by its first line', async () => {
    expect(await rehearse({ act: 'exception' })).toMatchObject({
      status: 'crashed',
      cause: 'rank 1, in step 2 of 3: ValueError: mean of empty slice',
      stage: 'steps',
      steps: 1,
    });
  });

  it('tells what fails before the training begins', async () => {
    expect(await rehearse({ act: 'start' })).toMatchObject({
      status: 'crashed',
      cause: expect.stringMatching(/^rank [01], before the training began: RuntimeError: no kernel image/),
      stage: 'start',
      steps: 0,
      torch: { unavailable: expect.any(String) },
      peakAllocatedBytes: 0,
    });
  });

  it('says that a rank was killed', async () => {
    expect(await rehearse({ act: 'sigkill' })).toMatchObject({
      status: 'crashed',
      cause: 'a rank was ended by SIGKILL, in step 2 of 3',
    });
  });

  it('ends one that hangs, with what it has started in sessions of their own', async () => {
    const began = performance.now();
    const found = await rehearse({ act: 'hang', patience: { start: 60, step: 4 } });
    expect(found).toMatchObject({
      status: 'timed-out',
      cause: 'no sign of Open-Sora for 4 s, in step 2 of 3: it was ended',
      steps: 1,
    });
    expect(performance.now() - began).toBeGreaterThan(4000);
  });

  it('leaves nothing that a rank has left', async () => {
    expect(await rehearse({ act: 'leaves' })).toMatchObject({ status: 'held' });
  });

  it('is not held by a script that ends early', async () => {
    expect(await rehearse({ act: 'short' })).toMatchObject({
      status: 'crashed',
      cause: "Open-Sora's script came to its end in step 2 of 3",
      steps: 1,
    });
  });

  it('takes no other output for a word of ours', async () => {
    expect(await rehearse({ act: 'garbage' })).toMatchObject({ status: 'held', steps: 3 });
  });

  it('is cancelled in a step', async () => {
    const cancel = new AbortController();
    const onStep = (step: number) => {
      if (step === 1) cancel.abort();
    };
    const found = await rehearse({ act: 'hang', signal: cancel.signal, onStep });
    expect(found).toMatchObject({ status: 'cancelled', stage: 'steps' });
  });

  it('leaves nothing behind where Preflight itself is killed', async () => {
    vi.stubEnv(markerName, marker);
    vi.stubEnv('TMPDIR', scratch);
    vi.stubEnv('STANDIN_ACT', 'waits');
    const child = callInChild('support/upstream-rehearsal.ts', 'rehearseStandIn', { checkout, python });
    const ranks = () => readdirSync(checkout).filter((name) => name.startsWith('waiting-')).length;
    await until('both ranks train', () => ranks() === 2, 20_000);
    child.kill('SIGKILL');
    await until('all have ended', () => markedProcesses(marker).length === 0, 10_000);
    // The killed program cannot tidy up; nobody else is in this folder.
    for (const name of readdirSync(scratch)) rmSync(join(scratch, name), { recursive: true });
    for (const name of readdirSync(checkout)) if (name.startsWith('waiting-')) rmSync(join(checkout, name));
  });

  describe('without the weights', () => {
    const files = (home: string) => ({ HF_HOME: home, HF_HUB_CACHE: join(home, 'hub') });

    it('is not launched, and names each, since it downloads nothing', async () => {
      const found = rehearse({ env: files('/no/such'), weights: true });
      await expect(found).rejects.toThrow(
        'weights are missing, and nothing is downloaded for a rehearsal: vae: hpcai-tech/OpenSora-VAE-v1.2 in /no/such/hub; text_encoder: DeepFloyd/t5-v1_1-xxl in /no/such/hub',
      );
    });

    it('is launched where the Hub’s cache has them', async () => {
      const home = tree({
        'hub/models--hpcai-tech--OpenSora-VAE-v1.2/snapshots/1/config.json': '{}',
        'hub/models--DeepFloyd--t5-v1_1-xxl/snapshots/1/config.json': '{}',
      });
      expect(await rehearse({ env: files(home), weights: true })).toMatchObject({ status: 'held' });
      rmSync(home, { recursive: true });
    });

    it('needs none where all features come from disk', async () => {
      const target = { cachedText: true, cachedVideo: true };
      const found = await rehearse({ env: files('/no/such'), act: 'features', weights: true, target });
      expect(found).toMatchObject({ status: 'held', steps: 3 });
    });
  });

  const torch = findTorch();
  const absent = 'absent' in torch;
  describe.skipIf(absent)(`in real PyTorch${absent ? ` (skipped: ${torch.absent})` : ''}`, () => {
    let real: string;
    beforeAll(() => {
      if (!absent) real = makeTorchEnvironment(torch.python);
    });
    afterAll(() => {
      if (real) rmSync(real, { recursive: true });
    });

    it('holds by its own torchrun, loader and hooks, and says that there is no GPU', async () => {
      const found = await rehearse({ python: real, unseen: true });
      expect(found).toMatchObject({ status: 'held', cause: '', steps: 3, ranks: 2 });
      expect(found.torch).toMatch(/^\d+\.\d+/);
      expect(found.peakAllocatedBytes).toEqual({ unavailable: 'PyTorch sees no GPU' });
    });

    it('ends its ranks where one hangs in a step', async () => {
      const patience = { start: 60, step: 6 };
      const found = await rehearse({ act: 'hang', python: real, unseen: true, patience });
      expect(found).toMatchObject({ status: 'timed-out', steps: 1 });
    });

    it('says that a rank was killed', async () => {
      expect(await rehearse({ act: 'sigkill', python: real, unseen: true })).toMatchObject({
        status: 'crashed',
        cause: 'a rank was ended by SIGKILL, in step 2 of 3',
      });
    });
  });
});
