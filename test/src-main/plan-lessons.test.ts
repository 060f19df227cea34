import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { known } from '../../src-main/contract/evidence.js';
import { plan } from '../../src-main/plan.js';
import { resolveTarget } from '../../src-main/predict/resolve-target.js';
import { Lessons } from '../../src-main/report/history/lessons.js';
import { gpu, machine } from './decide/decide-input.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'preflight-plan-lessons-'));
  vi.stubEnv('PREFLIGHT_HOME', home);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const here = machine([gpu(0, 79)]);
const target = resolveTarget({ model: 'v1.2', task: 'train', resolution: '144p', frames: 51, batch: 4 });
const ask = { target, assumptions: [], from: null, solve: null, command: 'preflight plan', here };

/** Open-Sora's own steps took a hundredth more than was predicted on this machine's GPU. */
const rehearsedHere = () =>
  new Lessons().add([
    {
      createdAt: '2026-01-01T00:00:00.000Z',
      reportId: 'report',
      hostname: here.host.hostname,
      device: here.gpus[0]!.name,
      model: 'v1.2',
      task: 'train',
      dtype: 'bf16',
      rehearsedIn: 'open-sora',
      doubtShare: 1,
      peakRatio: 1.01,
      secondsRatio: { unavailable: 'not in this test' },
    },
  ]);

describe('a plan', () => {
  it('is narrowed by what rehearsals taught of this machine, and by nothing of another', async () => {
    const before = known((await plan(ask)).prediction)!;
    await rehearsedHere();
    const after = known((await plan(ask)).prediction)!;
    expect(after.lessons).toMatchObject([{ rehearsedIn: 'open-sora', quantity: 'peak', ratio: 1.01 }]);
    expect(after.interval.peakBytes[0]).toBeGreaterThan(before.interval.peakBytes[0]);
    expect(after.interval.peakBytes[1]).toBeLessThanOrEqual(before.interval.peakBytes[1]);
    for (const other of [
      { ...ask, gpu: 'H100' },
      { ...ask, gpuMemory: '80GiB' },
      { ...ask, here: machine([gpu(0, 79, { name: 'NVIDIA A100-SXM4-80GB' })]) },
    ])
      expect(known((await plan(other)).prediction)!.lessons).toEqual([]);
  }, 60_000);

  it('goes on without a lesson that cannot be read, and names its file', async () => {
    await rehearsedHere();
    const torn = join(home, 'lessons', 'torn.json');
    writeFileSync(torn, '{');
    const report = await plan(ask);
    expect(known(report.prediction)!.lessons).toHaveLength(1);
    expect(report.notTested).toContain(
      `${torn} holds no lesson of a rehearsal and is passed over: delete it`,
    );
  }, 60_000);
});
