import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { analyseBlock } from '../../models/blocks/analyse.js';
import { isUnavailable } from '../../src-main/contract/evidence.js';
import type { RehearsalProgress } from '../../src-main/contract/rehearsal.js';
import type { Target } from '../../src-main/contract/target.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { predict } from '../../src-main/predict/predict.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { openUpstream } from '../../src-main/rehearse/upstream/open-upstream.js';
import { rehearseInOpenSora } from '../../src-main/upstream.js';
import { goReport } from '../fixtures/reports.js';
import { h100, healthyDetail } from '../fixtures/sample-gpus.js';
import { hasPython, makeCheckout, makeEnvironment } from '../support/upstream.js';

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

const signal = new AbortController().signal;
const speed = { of: 'unknown', reason: 'no GPU is here' } as const;
const asked = { probes: [], analyse: remembered(analyseBlock), speed } as const;
const gpus = ['GPU-a', 'GPU-b'].map((uuid, index) => h100(index, healthyDetail(), { uuid }));
const flags = {
  model: 'v1.2',
  task: 'train',
  resolution: '144p',
  frames: 51,
  batch: 2,
  gpuCount: 2,
} as const;

async function rehearse(settled: Target, here = gpus) {
  const seen: RehearsalProgress[] = [];
  const upstream = await openUpstream({ checkout, python }, settled, signal);
  const answered = { ...goReport(), target: settled };
  const question = { upstream, asked, answered, settled, gpus: here };
  const found = await rehearseInOpenSora(question, { signal, onRehearsal: (at) => seen.push(at) });
  return { found, seen };
}

describe.skipIf(!hasPython)('Open-Sora’s own steps of a run', () => {
  it('are of the bucket that needs the most, against the prediction without CUDA’s context', async () => {
    vi.stubEnv('STANDIN_ACT', 'features');
    const run = resolveTarget({ ...flags, cachedText: true, cachedVideo: true });
    const [bucket] = run.buckets;
    const small = { ...bucket!, batch: 1, share: 0.9 };
    // The stand-in's features are of batches of two.
    const { found, seen } = await rehearse({ ...run, buckets: [small, { ...bucket!, share: 0.1 }] });
    if (isUnavailable(found)) throw new Error(found.unavailable);
    expect(found).toMatchObject({ status: 'held', steps: 3, ranks: 2 });
    expect(found.bucket).toContain('batch 2');
    const { peakBytesPerGpu } = predict(run, [], asked.analyse, asked.speed).prediction;
    expect(found.expectedPeakBytes).toBe(Math.round(peakBytesPerGpu - 1.5 * 2 ** 30));
    expect(seen.map(({ stage, steps }) => [stage, steps])).toEqual(seen.map(() => ['upstream', 3]));
    expect(seen[0]).toEqual({ attempt: 1, stage: 'upstream', step: 0, steps: 3, secondsLeft: null });
    expect(Math.max(...seen.map(({ step }) => step))).toBe(3);
  });

  it('need every GPU of the run on this machine', async () => {
    const { found } = await rehearse(resolveTarget({ ...flags, gpuCount: 8 }));
    expect(found).toEqual({
      unavailable: "the run is spread over 8 GPUs, and Open-Sora's own steps need them all: here are 2 GPUs",
    });
    const nodes = await rehearse(resolveTarget({ ...flags, nodes: 2 }), gpus.slice(0, 1));
    expect(nodes.found).toEqual({
      unavailable: "the run is spread over 2 nodes, and Open-Sora's own steps need them all: here is 1 GPU",
    });
  });

  it('are not run where they would be another run’s', async () => {
    const { found } = await rehearse(resolveTarget({ ...flags, ema: 'off' }));
    expect(found).toEqual({
      unavailable: "Open-Sora's own steps would be another run's: no config of v1.2 says --ema off",
    });
  });
});
