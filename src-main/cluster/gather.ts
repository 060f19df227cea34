import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeRow } from '../contract/cluster.js';
import { unavailable } from '../contract/evidence.js';
import { printableText } from '../contract/printable.js';
import type { Report } from '../contract/report.js';
import { UsageError } from '../contract/usage-error.js';
import type { Judge } from '../report/cluster/judge-node.js';
import { readReport } from '../report/read-report.js';
import { nodeFolder, nodeLog, scriptExits } from './batch-script.js';
import type { Slurm } from './slurm.js';
import { endingOf, hasEnded } from './slurm-jobs.js';
import type { SlurmNode } from './slurm-nodes.js';
import type { NodeJob } from './watch.js';

export interface GatherOptions {
  /** The shared folder. */
  out: string;
  judge: Judge;
  slurm: Pick<Slurm, 'exitStatus'>;
  /** How long a file that a node wrote may take to be seen here: NFS keeps what it knows of a folder up to 60 s. */
  graceMs: number;
}

/** The row of a node that got no job. */
export function unreachedRow({ name }: SlurmNode, why: string): NodeRow {
  const none = unavailable('it got no job');
  return { node: name, outcome: 'not-reached', why, job: none, report: none };
}

/** The row of a node whose job has ended: by its report where the job ended well, else by how it ended. */
export async function rowOf({ node, job, cancelledFor }: NodeJob, options: GatherOptions): Promise<NodeRow> {
  const folder = nodeFolder(node.name);
  const answered = job.state === 'COMPLETED';
  const report = await reportIn(join(options.out, folder), answered ? options.graceMs : 0);
  const row = {
    node: node.name,
    job: {
      id: job.id,
      state: job.state,
      elapsedSeconds: job.elapsedSeconds ?? unavailable('Slurm did not say'),
    },
    report: typeof report === 'string' ? unavailable(report) : { folder, verdict: report.verdict.status },
  };
  if (answered) {
    if (typeof report === 'string') return { ...row, outcome: 'failed', why: report };
    if (report.integrity === 'edited')
      return { ...row, outcome: 'failed', why: 'its report was edited after it was made' };
    return { ...row, ...judged(report, options.judge) };
  }
  if (job.state === 'FAILED')
    return { ...row, outcome: 'failed', why: await whyFailed(node, job.id, options) };
  return { ...row, outcome: job.began ? 'failed' : 'not-reached', why: whyNoAnswer({ job, cancelledFor }) };
}

function whyNoAnswer({ job, cancelledFor }: Pick<NodeJob, 'job' | 'cancelledFor'>): string {
  if (cancelledFor === undefined) return endingOf(job);
  const words = `${cancelledFor}${job.began ? ' while its job ran' : ''}`;
  return hasEnded(job)
    ? words
    : `${words}; Slurm has not confirmed that job ${job.id} ended, see squeue and scancel`;
}

function judged(report: Report, judge: Judge): Pick<NodeRow, 'outcome' | 'why'> {
  try {
    const { qualified, why } = judge.of(report);
    return { outcome: qualified ? 'qualified' : 'failed', why };
  } catch (error) {
    if (error instanceof UsageError) return { outcome: 'failed', why: error.message };
    throw error;
  }
}

/** The report of a node, or why there is none. */
async function reportIn(folder: string, graceMs: number): Promise<Report | string> {
  const end = performance.now() + graceMs;
  for (;;) {
    // Reading the folder makes NFS look again.
    const names = await readdir(folder).catch(() => [] as string[]);
    if (names.includes('report.json')) break;
    if (performance.now() >= end) return 'report not found in the shared folder: is it shared?';
    await sleep(Math.min(1000, graceMs));
  }
  try {
    return await readReport(folder);
  } catch (error) {
    if (error instanceof UsageError) return `report not read: ${error.message}`;
    throw error;
  }
}

async function whyFailed(node: SlurmNode, id: string, { out, slurm }: GatherOptions): Promise<string> {
  const status = await slurm.exitStatus(id);
  if (status === scriptExits.noFolder) return `the node cannot write into ${out}: is it shared?`;
  if (status === scriptExits.startedAgain)
    return 'Slurm started the job a second time, and a node is measured once';
  const said = await lastWords(join(out, nodeLog(node.name)));
  return `preflight ended with status ${status ?? 'unknown'}${said === undefined ? '' : `: ${said}`}`;
}

/** What a log ends with: preflight's own last message where there is one. */
async function lastWords(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return undefined;
  try {
    const { size } = await file.stat();
    const most = 8192;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, Math.max(0, size - most));
    const lines = printableText(buffer.toString('utf8', 0, bytesRead))
      .split('\n')
      .filter((line) => line.trim());
    const own = lines.findLast((line) => line.startsWith('preflight: '));
    return (own ?? lines.at(-1))?.replace(/^preflight: /, '').slice(0, 400);
  } finally {
    await file.close();
  }
}
