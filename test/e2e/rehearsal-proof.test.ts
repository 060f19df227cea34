import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { analyseBlock } from '../../models/blocks/analyse.js';
import { architectureOf } from '../../models/blocks/architecture.js';
import type * as Catalog from '../../models/catalog/index.js';
import type { ModelId, ModelVersion } from '../../models/catalog/types.js';
import { answer, askedOf } from '../../src-main/answer.js';
import { known } from '../../src-main/contract/evidence.js';
import { remembered } from '../../src-main/predict/analyser.js';
import { predict } from '../../src-main/predict/predict.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { workerStarter } from '../../src-main/probe/fork-worker.js';
import { mostBytes } from '../../src-main/probe/rehearsal/device.js';
import { runRehearsal } from '../../src-main/probe/rehearsal/host.js';
import type { RehearsalJob } from '../../src-main/probe/rehearsal/job.js';
import { openSampler } from '../../src-main/probe/sampler.js';
import { rehearsalWork } from '../../src-main/rehearse/work.js';
import { machine } from '../src-main/decide/decide-input.js';
import { builtMain } from '../support/built.js';
import { cgroupAbsent, type MemoryCgroup, memoryCgroup } from '../support/memory-cgroup.js';
import { narrowVersion } from '../support/narrow-catalogue.js';
import { awayFrom, limitFor, type NearTarget, nearHeader, nearRow } from '../support/near-limit.js';
import { isAlive } from '../support/processes.js';
import { nearTargets } from './rehearsal-targets.js';

/** The narrow versions, by the names of those that they stand for: in this file alone. */
const narrow = vi.hoisted(() => new Map<ModelId, ModelVersion>());
vi.mock('../../models/catalog/index.js', async (importOriginal) => {
  const real = await importOriginal<typeof Catalog>();
  return {
    ...real,
    modelVersion: (...asked: Parameters<typeof Catalog.modelVersion>) =>
      narrow.get(asked[0]) ?? real.modelVersion(...asked),
  };
});

/** Of one run, on a machine that others load as well. */
const timeout = 300_000;
const speed = { of: 'unknown', reason: 'nothing was measured' } as const;

/** What the flow says of a run before it is rehearsed: on a GPU with so much memory, by nothing but the graph. */
async function judge(near: NearTarget) {
  const { modelVersion } = await vi.importActual<typeof Catalog>('../../models/catalog/index.js');
  const { model } = near.flags;
  const version = narrowVersion(modelVersion(model), near.heads);
  narrow.clear();
  narrow.set(model, version);
  // The CPU has kernels for no other type, and what is judged is to be what is run.
  const target = resolveTarget({ ...near.flags, dtype: 'fp32' });
  const analyse = remembered(analyseBlock);
  const { prediction } = predict(target, [], analyse, speed);
  const limitBytes = limitFor(near, prediction);
  const judgedGpu = { name: 'a control group', memoryBytes: limitBytes, source: 'its limit' };
  const { report } = answer(
    askedOf({
      ...{ target, machine: machine([]), probes: [], deviceUsed: 'cpu', gpuIndexes: null, complete: true },
      ...{ judged: { judgedGpu, speed }, analyse },
    }),
  );
  const architecture = architectureOf(model);
  const { job } = rehearsalWork({
    ...{ version, architecture, target, dtype: 'fp32', provider: 'cpu' },
    ...{ probes: [], analyse, speed },
  });
  return { prediction, limitBytes, memory: report.verdict.reasons.find(({ id }) => id === 'memory')!, job };
}

/** Rehearses in a control group, which alone ends it: no watch of ours, and nothing asked of the host before. */
async function rehearseIn(group: MemoryCgroup, job: RehearsalJob) {
  let pid = 0;
  const rehearsed = await runRehearsal(
    { ...job, limits: { least: 3, most: 3, seconds: 60 } },
    {
      ...{ gpu: null, provider: 'cpu', name: 'the CPU', env: {}, sampler: openSampler(null) },
      ...{ limitBytes: null, freeAtVerdictBytes: null, onHost: true },
      freeBytes: async () => group.limitBytes,
      holders: async () => [],
    },
    {
      signal: new AbortController().signal,
      onProgress: () => {},
      hostFreeBytes: Number.MAX_SAFE_INTEGER,
      reserveBytes: 0,
      startWorker: (env) => {
        const worker = workerStarter('rehearsal-worker')(env);
        pid = worker.pid!;
        group.add(pid);
        return worker;
      },
    },
  );
  return { rehearsed, pid };
}

/** Nothing of a worker is left: no process, and no folder of its profile. */
function expectNothingLeft(pid: number) {
  expect(isAlive(pid)).toBe(false);
  expect(readdirSync(tmpdir()).filter((name) => name.includes(`-${pid}-`))).toEqual([]);
}

const rows = [nearHeader];
let group: MemoryCgroup | undefined;
beforeAll(async () => {
  await builtMain();
});
// Fails where a process is still in it.
afterEach(async () => {
  await group?.remove();
  group = undefined;
});
afterAll(() => console.log(rows.join('\n')));

describe.skipIf(cgroupAbsent !== '')(`the verdict and the kernel${cgroupAbsent}`, () => {
  it.each(nearTargets)('agree on $name: $verdict', { timeout }, async (near) => {
    const { prediction, limitBytes, memory, job } = await judge(near);
    expect(memory.status).toBe({ go: 'pass', 'no-go': 'fail', inconclusive: 'look' }[near.verdict]);
    expect(prediction.phase).toBe(near.phase);
    if (near.verdict !== 'inconclusive')
      expect(Math.abs(awayFrom(limitBytes, near, prediction))).toBeLessThanOrEqual(0.1);
    group = memoryCgroup(limitBytes);
    expect(group.limitBytes).toBe(limitBytes);

    const { rehearsed, pid } = await rehearseIn(group, job);

    rows.push(nearRow(near, limitBytes, prediction, rehearsed, job, group.peakBytes()));
    expectNothingLeft(pid);
    // What the kernel did, whatever the program says of it.
    const killed = group.oomKills() > 0;
    expect(rehearsed.status, rehearsed.cause).toBe(killed ? 'out-of-memory' : 'held');
    if (near.verdict !== 'inconclusive') expect(killed).toBe(near.verdict === 'no-go');
    if (killed) return;
    // By the kernel's own count, but for files that others had read before.
    expect(group.peakBytes() / mostBytes(job)).toBeGreaterThan(0.95);
    expect(rehearsed.stepSeconds).toHaveLength(3);
    expect(known(rehearsed.peakBytes)! / job.expectedPeakBytes).toBeCloseTo(1, 1);
  });

  it('are asked of a dozen runs, of which at least four go and four do not', () => {
    const asked = (verdict: NearTarget['verdict']) =>
      nearTargets.filter((near) => near.verdict === verdict).length;
    expect(asked('go')).toBeGreaterThanOrEqual(4);
    expect(asked('no-go')).toBeGreaterThanOrEqual(4);
    expect(asked('go') + asked('no-go')).toBeGreaterThanOrEqual(12);
    expect(asked('inconclusive')).toBeGreaterThan(0);
  });

  it('part where somebody takes the memory in between: the worker ends, and not the other', {
    timeout,
  }, async () => {
    const near = nearTargets.find(({ verdict }) => verdict === 'go')!;
    const { limitBytes, job } = await judge(near);
    group = memoryCgroup(limitBytes);
    const other = await holding(limitBytes / 2, group);
    try {
      const { rehearsed, pid } = await rehearseIn(group, job);
      expect(rehearsed).toMatchObject({ status: 'out-of-memory', cause: expect.stringContaining('kernel') });
      expect(group.oomKills()).toBe(1);
      expectNothingLeft(pid);
      expect(isAlive(other.pid!)).toBe(true);
    } finally {
      other.kill('SIGKILL');
    }
  });
});

/** A process in a control group that holds so much memory, once it does. */
async function holding(bytes: number, group: MemoryCgroup): Promise<ChildProcess> {
  const code = `process.on('message', (bytes) => {
    globalThis.held = Array.from({ length: Math.ceil(bytes / 2 ** 26) }, () => Buffer.alloc(2 ** 26, 1));
    process.send('held');
  })`;
  const other = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  group.add(other.pid!);
  other.send(bytes);
  await once(other, 'message');
  return other;
}
