import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer } from '../../src-main/answer.js';
import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import type { RehearsalProgress, RehearsalStatus } from '../../src-main/contract/rehearsal.js';
import { openUpstream } from '../../src-main/rehearse/upstream/open-upstream.js';
import { rehearseHere } from '../../src-main/rehearse-here.js';
import { hasPython, makeCheckout, makeEnvironment } from '../support/upstream.js';
import { gpu, inputOf, machine } from './decide/decide-input.js';
import { scriptedHolder } from './rehearse/scripted-holder.js';

// What ONNX Runtime would hold needs a GPU: its part is scripted, that of Open-Sora's own code is really launched.
const ends = vi.hoisted((): { next: RehearsalStatus } => ({ next: 'held' }));
vi.mock('../../src-main/rehearse/open-holder.js', () => ({
  openHolder: () => ({ ...scriptedHolder([ends.next]), close: () => {} }),
}));

let checkout: string;
let python: string;
beforeAll(() => {
  if (!hasPython) return;
  checkout = makeCheckout();
  python = makeEnvironment();
});
afterAll(() => {
  for (const folder of [checkout, python]) if (folder) rmSync(folder, { recursive: true });
});
afterEach(() => vi.unstubAllEnvs());

/** The answer of a run on two GPUs, rehearsed in both. */
async function rehearsed(status: RehearsalStatus, act = 'features', env: Record<string, string> = {}) {
  ends.next = status;
  vi.stubEnv('STANDIN_ACT', act);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const gpus = ['GPU-a', 'GPU-b'].map((uuid, index) => gpu(index, 79, { uuid }));
  const input = inputOf({
    flags: { gpuCount: 2, cachedText: true, cachedVideo: true },
    machine: machine(gpus),
  });
  const signal = new AbortController().signal;
  const told: RehearsalProgress[] = [];
  const here = await rehearseHere(answer(input), {
    provider: 'cuda',
    gpu: gpus[0]!,
    libraryFolders: [],
    dtypeFor: (dtype) => dtype,
    upstream: await openUpstream({ checkout, python }, input.target, signal),
    signal,
    onProgress: (progress) => told.push(progress),
  });
  if (isUnavailable(here.rehearsal)) throw new Error(here.rehearsal.unavailable);
  return { upstream: here.rehearsal.upstream, verdict: here.answered.report.verdict, told };
}

describe.skipIf(!hasPython)('a run that is rehearsed in Open-Sora too', () => {
  it('says so in its verdict, with the settings that held in ONNX Runtime', async () => {
    const { upstream, verdict, told } = await rehearsed('held');
    expect(upstream).toMatchObject({ status: 'held', steps: 3, ranks: 2 });
    expect(verdict.headline).toMatch(/^Go[^:]*: rehearsed in Open-Sora; /);
    expect(told.map(({ stage }) => stage)).toEqual(['steps', ...Array(7).fill('upstream')]);
  });

  it('is no go where Open-Sora’s own code runs out of memory', async () => {
    const { upstream, verdict } = await rehearsed('held', 'features', { STANDIN_GPU_BYTES: '1000' });
    expect(known(upstream)?.status).toBe('out-of-memory');
    expect(['go', 'go-with-changes']).not.toContain(verdict.status);
  });

  it('runs none of it where ONNX Runtime did not hold', async () => {
    const { upstream } = await rehearsed('crashed');
    expect(upstream).toEqual({ unavailable: 'what was rehearsed before it did not hold' });
  });
});

it('says among the reasons where a rehearsal was asked for and not made', async () => {
  const card = gpu(0, 79);
  const before = answer(inputOf({ complete: false, machine: machine([card]) }));
  const { answered, rehearsal } = await rehearseHere(before, {
    provider: 'cuda',
    gpu: card,
    libraryFolders: [],
    dtypeFor: (dtype) => dtype,
    upstream: undefined,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  expect(rehearsal).toEqual({ unavailable: 'the sweep was cancelled' });
  const { status, reasons } = answered.report.verdict;
  expect(status).toBe(before.report.verdict.status);
  expect(reasons.at(-1)).toMatchObject({
    id: 'rehearsal',
    status: 'not-tested',
    text: 'Not rehearsed: the sweep was cancelled',
  });
});
