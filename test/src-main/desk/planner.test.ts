import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { Analyses } from '../../../src-main/desk/analyses.js';
import { type PlanQuestion, planned } from '../../../src-main/desk/planned.js';
import { Planner } from '../../../src-main/desk/planner.js';
import { goReport } from '../../fixtures/reports.js';
import { builtMain } from '../../support/built.js';

const flags = { model: 'v1.2', task: 'train', resolution: '360p', frames: 51, batch: 4, gpuCount: 8 };
const question: PlanQuestion = { ask: { asked: { flags }, gpu: 'H100' }, here: goReport().machine };

/** Planners that this process started, by their command lines. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const [, , ppid] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!;
        return Number(ppid) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('planner.js');
      } catch {
        return false;
      }
    });
}

describe.skipIf(process.platform !== 'linux')('the planner', () => {
  let planner: Planner;
  beforeAll(async () => {
    planner = new Planner(join(await builtMain(), 'planner.js'));
  });
  afterAll(() => planner.close());

  it('answers what `preflight plan` does, and leaves this thread to others meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const { id: _, createdAt: __, digest: ___, wallSeconds: ____, ...there } = await planner.plan(question);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    const { analyse } = new Analyses();
    const here = await planned(question, analyse);
    expect(there).toEqual(
      JSON.parse(
        JSON.stringify({
          ...here,
          id: undefined,
          createdAt: undefined,
          digest: undefined,
          wallSeconds: undefined,
        }),
      ),
    );
  }, 60_000);

  it('says what is wrong with a target as the desk does, and goes on', async () => {
    const wrong = { ...question, ask: { asked: { flags: { ...flags, frames: 'nine' } } } };
    const [refused, answered] = await Promise.allSettled([planner.plan(wrong), planner.plan(question)]);
    expect(refused).toMatchObject({ reason: expect.any(UsageError) });
    expect(answered.status).toBe('fulfilled');
  }, 60_000);

  it('that is killed fails what it was asked, and is there again for the next', async () => {
    const signal = (name: NodeJS.Signals) => {
      for (const pid of childrenOf(process.pid)) process.kill(pid, name);
    };
    // It must not answer first; then as the system does for want of memory.
    signal('SIGSTOP');
    const lost = planner.plan(question);
    signal('SIGKILL');
    await expect(lost).rejects.toThrow('the process that plans has ended (SIGKILL); ask again');
    const closed = planner.plan(question);
    planner.close();
    await expect(closed).rejects.toThrow('the process that plans was closed; ask again');
    expect((await planner.plan(question)).verdict.status).toMatch(/go/);
  }, 60_000);
});
