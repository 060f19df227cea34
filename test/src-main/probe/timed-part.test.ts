import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Conditions } from '../../../src-main/contract/probe.js';
import { fullTiming } from '../../../src-main/probe/budget.js';
import { forkFile } from '../../../src-main/probe/fork-worker.js';
import { runProbe } from '../../../src-main/probe/host.js';
import type { Sampler } from '../../../src-main/probe/sampler.js';
import { tinyPoint } from '../../support/points.js';

const folder = mkdtempSync(join(tmpdir(), 'preflight-timed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const conditions: Conditions = {
  powerWatts: 640,
  smMHz: 1410,
  gpuCelsius: 84,
  throttleReasons: ['software thermal slowdown'],
  pcieGeneration: 5,
};

/** Runs a worker that tells of these phases and then of this time, and notes what the sampler was told. */
async function probeThat(phases: string[], time: string) {
  const file = join(folder, `${phases.length}.mjs`);
  const told = phases.map((phase) => `process.send({ type: 'phase', phase: '${phase}', seconds: 1 });`);
  const profiled = `{ liveBytes: 1, inUseBytes: 2, heldBytes: 3, secondsByOperatorClass: {}, nodesOffProvider: [] }`;
  writeFileSync(
    file,
    `process.send({ type: 'ready' });
    process.on('message', () => { ${told.join(' ')} process.send({ type: 'measured', time: ${time}, profiled: ${profiled} }); });`,
  );
  const calls: string[] = [];
  const sampler: Sampler = {
    gpuUsedNow: async () => 0,
    start: () => calls.push('start'),
    timing: (runs) => calls.push(runs ? 'timed' : 'not timed'),
    stop: async () => {
      calls.push('stop');
      return { peaks: { deviceBytes: 7, gpuUsedBytes: 8 }, conditions };
    },
    close: () => {},
  };
  const probe = await runProbe(tinyPoint(), {
    provider: 'cpu',
    timing: fullTiming,
    deadlineSeconds: 60,
    sampler,
    startWorker: forkFile(file),
  });
  return { probe, calls };
}

describe('the conditions of a probe', () => {
  it('are those of its timed part, between warm-up and profile', async () => {
    const time = '{ medianSeconds: 1, spread: 0, samples: [1], warmups: [1] }';
    const { probe, calls } = await probeThat(['build', 'load', 'warmup', 'time', 'profile'], time);
    expect(calls).toEqual(['start', 'not timed', 'not timed', 'timed', 'not timed', 'not timed', 'stop']);
    expect(probe.conditions).toEqual(conditions);
    expect(probe.memory).toMatchObject({ deviceBytes: 7, gpuUsedBytes: 8 });
  });

  it('are none where nothing was timed', async () => {
    const { probe } = await probeThat(['build', 'profile'], 'null');
    expect(probe.conditions).toEqual({
      unavailable: 'run once for its memory: a cold run says nothing of speed',
    });
  });
});
