import { describe, expect, it } from 'vitest';
import { workerStarter } from '../../../../src-main/probe/fork-worker.js';
import type { RehearsalJob } from '../../../../src-main/probe/rehearsal/job.js';
import { cgroupAbsent, memoryCgroup } from '../../../support/memory-cgroup.js';
import { cpu, mebi, narrowJob } from './jobs.js';
import { rehearse } from './rehearse.js';

/** Node and ONNX Runtime, before anything is held. */
const workerBytes = 192 * mebi;

/** Rehearses in a control group with so much memory, which the host is not told of. */
async function inGroup(job: RehearsalJob, limitBytes: number) {
  const group = memoryCgroup(limitBytes);
  const start = workerStarter('rehearsal-worker');
  try {
    const { row } = await rehearse(
      cpu(),
      {
        startWorker(env) {
          const worker = start(env);
          group.add(worker.pid!);
          return worker;
        },
      },
      job,
    );
    return { row, kills: group.oomKills() };
  } finally {
    await group.remove();
  }
}

describe.skipIf(cgroupAbsent !== '')(`a rehearsal that the kernel ends for its memory${cgroupAbsent}`, () => {
  it('holds where the group has room', async () => {
    const job = narrowJob({}, 0);
    const { row, kills } = await inGroup(job, job.expectedPeakBytes + 2 * workerBytes);
    expect(row).toMatchObject({ status: 'held', cause: '' });
    expect(kills).toBe(0);
  });

  it('says so, and that it came while the weights were loading', async () => {
    const job = narrowJob({}, 0, 768);
    expect(job.residentBytes).toBeGreaterThan(400 * mebi);
    const { row, kills } = await inGroup(job, workerBytes + job.residentBytes / 2);
    expect(row).toMatchObject({
      status: 'out-of-memory',
      stage: 'load',
      cause: "ended by the kernel's out-of-memory killer",
      stepSeconds: [],
    });
    expect(kills).toBe(1);
  });

  it('says so, and that it came in the first step', async () => {
    const job = narrowJob({ batch: 40 }, 0);
    const live = job.expectedPeakBytes - job.residentBytes;
    expect(live).toBeGreaterThan(400 * mebi);
    const { row, kills } = await inGroup(job, workerBytes + job.residentBytes + live / 2);
    expect(row).toMatchObject({ status: 'out-of-memory', stage: 'first-step', stepSeconds: [] });
    expect(row.peakBytes).toEqual({ unavailable: "ended by the kernel's out-of-memory killer" });
    expect(kills).toBe(1);
  });
});
