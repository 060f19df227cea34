import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowOf } from '../../../src-main/cluster/gather.js';
import type { SlurmJob } from '../../../src-main/cluster/slurm-jobs.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { type Judge, judgeByVerdict } from '../../../src-main/report/cluster/judge-node.js';
import { labReport } from '../../fixtures/lab-reports.js';

// What a real Slurm does not do at will: a report that was touched, a log that was cut, an end that nobody confirms.

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'preflight-gather-'));
  mkdirSync(join(out, 'logs'));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const node = {
  name: '',
  partition: 'p',
  isDefaultPartition: true,
  state: 'idle',
  unusable: undefined,
  gpus: 0,
};
const done: SlurmJob = { id: '7', state: 'COMPLETED', began: true, elapsedSeconds: 9, reason: 'None' };

interface Case {
  job?: Partial<SlurmJob>;
  report?: string;
  log?: string;
  exitStatus?: number;
  cancelledFor?: string;
  judge?: Judge;
}

async function rowFor(name: string, given: Case) {
  const { job, report, log, exitStatus, cancelledFor, judge = judgeByVerdict } = given;
  mkdirSync(join(out, 'nodes', name), { recursive: true });
  if (report !== undefined) writeFileSync(join(out, 'nodes', name, 'report.json'), report);
  if (log !== undefined) writeFileSync(join(out, 'logs', `${name}.log`), log);
  const slurm = { exitStatus: async () => exitStatus };
  const entry = { node: { ...node, name }, job: { ...done, ...job }, ...(cancelledFor && { cancelledFor }) };
  const row = await rowOf(entry, { out, judge, slurm, graceMs: 0 });
  return `${row.outcome}: ${row.why}`;
}

describe('a node by its job and its report', () => {
  it('fails where the report is cut, edited, or not one that the rule is about', async () => {
    const whole = JSON.stringify(labReport());
    expect(await rowFor('whole', { report: whole })).toMatch(/^qualified: /);
    expect(await rowFor('cut', { report: whole.slice(0, -100) })).toMatch(/^failed: report not read: /);
    const edited = whole.replace('"wallSeconds":192.4', '"wallSeconds":1');
    expect(edited).not.toBe(whole);
    expect(await rowFor('edited', { report: edited })).toBe(
      'failed: its report was edited after it was made',
    );
    const judge: Judge = {
      rule: '',
      of: () => {
        throw new UsageError('it is of another run');
      },
    };
    expect(await rowFor('other', { report: whole, judge })).toBe('failed: it is of another run');
  });

  it('fails where the job did not end well, whatever report it left', async () => {
    const report = JSON.stringify(labReport());
    expect(await rowFor('late', { report, job: { state: 'TIMEOUT' } })).toMatch(/^failed: the time limit/);
    expect(await rowFor('lost', { report, job: { state: 'LOST' } })).toBe(
      'failed: Slurm knows nothing of the job any more',
    );
  });

  it("says what preflight's log ends with, without what moves a cursor", async () => {
    const failed = { job: { state: 'FAILED' } };
    const log = `${'x'.repeat(20_000)}\npreflight: CUDA is \u001b[31mmissing\nat the end\n`;
    expect(await rowFor('log', { ...failed, log, exitStatus: 1 })).toBe(
      'failed: preflight ended with status 1: CUDA is missing',
    );
    expect(await rowFor('none', failed)).toBe('failed: preflight ended with status unknown');
    expect(await rowFor('away', { ...failed, exitStatus: 97 })).toMatch(/is it shared\?$/);
    expect(await rowFor('twice', { ...failed, exitStatus: 98 })).toMatch(/a second time/);
  });

  it('says of a cancelled job whether Slurm has confirmed its end', async () => {
    const cancelledFor = 'preflight cluster was cancelled';
    expect(await rowFor('gone', { cancelledFor, job: { state: 'CANCELLED' } })).toBe(
      'failed: preflight cluster was cancelled while its job ran',
    );
    expect(await rowFor('going', { cancelledFor, job: { state: 'RUNNING' } })).toMatch(
      /^failed: .*Slurm has not confirmed that job 7 ended/,
    );
    expect(await rowFor('queued', { cancelledFor, job: { state: 'CANCELLED', began: false } })).toBe(
      'not-reached: preflight cluster was cancelled',
    );
  });
});
