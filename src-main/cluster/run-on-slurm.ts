import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster, NodeRow } from '../contract/cluster.js';
import type { Target } from '../contract/target.js';
import { tool } from '../contract/tool.js';
import { UsageError } from '../contract/usage-error.js';
import type { Judge } from '../report/cluster/judge-node.js';
import { clusterMarkdown } from '../report/cluster/markdown.js';
import { onDisk } from '../report/disk-error.js';
import { makeFolder } from '../report/make-folder.js';
import { writeAtomic } from '../report/write-atomic.js';
import { type BatchJob, batchScript, sbatchOptions } from './batch-script.js';
import { rowOf, unreachedRow } from './gather.js';
import { Slurm } from './slurm.js';
import { chooseNodes, type SlurmNode } from './slurm-nodes.js';
import { type NodeJob, Watch } from './watch.js';

export interface SlurmRequest {
  /** Its partition may be undefined: Slurm's default then. */
  job: BatchJob;
  /** How many of the partition's nodes; undefined for all. */
  nodes?: number | undefined;
  /** Just these. */
  nodeList?: readonly string[] | undefined;
  /** Pending jobs are cancelled after this; null to wait for ever. */
  waitSeconds: number | null;
  target: Target;
  assumptions: string[];
  judge: Judge;
  /** The command that asks for this, for the record. */
  command: string;
  pollMs?: number;
  graceMs?: number;
}

export interface SlurmHooks {
  signal: AbortSignal;
  /** One line that stays. */
  onSay(text: string): void;
  onProgress(jobs: readonly NodeJob[]): void;
}

/**
 * Measures each node once by a job of its own, and gathers what they found. `cluster.json` and `cluster.md` in the
 * shared folder hold the same as what is returned.
 *
 * @throws UsageError for what cannot be acted on; nothing is submitted then
 * @throws SlurmSilent where Slurm does not answer before anything is submitted
 */
export async function runOnSlurm(request: SlurmRequest, hooks: SlurmHooks): Promise<Cluster> {
  const start = performance.now();
  const createdAt = new Date().toISOString();
  const slurm = new Slurm();
  const { out, jobName } = request.job;
  const { partition, nodes } = chooseNodes(await slurm.nodes(), {
    partition: request.job.partition,
    count: request.nodes,
    names: request.nodeList,
  });
  const job = { ...request.job, partition };
  const script = await prepare(out, batchScript(job));
  const rows = new Map<string, NodeRow>();
  const jobs = await submitAll(nodes, { slurm, script, job, rows, hooks });

  const watch = new Watch(slurm, jobName, jobs, {
    signal: hooks.signal,
    pollMs: request.pollMs ?? 5000,
    waitSeconds: request.waitSeconds,
    onProgress: hooks.onProgress,
  });
  await watch.untilEnded();
  const gathering = { out, judge: request.judge, slurm, graceMs: request.graceMs ?? 70_000 };
  for (const row of await Promise.all(jobs.map((entry) => rowOf(entry, gathering)))) rows.set(row.node, row);

  const cluster: Cluster = {
    kind: 'preflight-cluster',
    schemaVersion: 1,
    createdAt,
    tool,
    command: request.command,
    scheduler: 'slurm',
    partition,
    jobName,
    state: hooks.signal.aborted ? 'cancelled' : 'complete',
    target: request.target,
    assumptions: request.assumptions,
    rule: request.judge.rule,
    rows: nodes.map(({ name }) => rows.get(name)!),
    wallSeconds: (performance.now() - start) / 1000,
  };
  await onDisk(out, () => writeAtomic(join(out, 'cluster.json'), `${JSON.stringify(cluster, null, 2)}\n`));
  await onDisk(out, () => writeAtomic(join(out, 'cluster.md'), clusterMarkdown(cluster)));
  return cluster;
}

/** Makes the shared folder with the script in it. @throws UsageError where it is not empty: reports of before lie in it */
async function prepare(out: string, text: string): Promise<string> {
  return onDisk(out, async () => {
    await makeFolder(out);
    const [some] = await readdir(out);
    if (some !== undefined)
      throw new UsageError(
        `--out ${out} is not empty (${some}): name a new folder that the nodes see as well`,
      );
    for (const name of ['nodes', 'logs']) await makeFolder(join(out, name));
    const script = join(out, 'job.sh');
    await writeAtomic(script, text);
    return script;
  });
}

interface Submission {
  slurm: Slurm;
  script: string;
  job: BatchJob;
  /** Gets the nodes that have no job. */
  rows: Map<string, NodeRow>;
  hooks: SlurmHooks;
}

async function submitAll(nodes: readonly SlurmNode[], submission: Submission): Promise<NodeJob[]> {
  const { slurm, script, job, rows, hooks } = submission;
  const jobs: NodeJob[] = [];
  for (const node of nodes) {
    const why = hooks.signal.aborted ? 'cancelled before its job was submitted' : node.unusable;
    const answer =
      why === undefined ? await slurm.submit(script, optionsFor(job, node), node) : { refused: why };
    if ('id' in answer)
      jobs.push({
        node,
        job: { id: answer.id, state: 'PENDING', began: false, elapsedSeconds: undefined, reason: '' },
      });
    else {
      rows.set(node.name, unreachedRow(node, answer.refused));
      hooks.onSay(`${node.name}: not reached: ${answer.refused}`);
    }
  }
  hooks.onSay(`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'} submitted as ${job.jobName}`);
  return jobs;
}

/** `--exclusive` gives the GPUs of a node as well, but what does not ask for them may be told to see none. */
function optionsFor(job: BatchJob, { gpus }: SlurmNode): string[] {
  return sbatchOptions({ ...job, gres: job.gres ?? (gpus > 0 ? `gpu:${gpus}` : undefined) });
}
