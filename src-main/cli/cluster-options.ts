import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { NodeRun } from '../cluster/node-words.js';
import { slurmSeconds } from '../cluster/slurm-time.js';
import { schedulerSchema } from '../contract/cluster.js';
import { UsageError } from '../contract/usage-error.js';
import { judgedGpu } from '../predict/judged-gpu.js';
import { type Judge, judgeByBaseline, judgeByVerdict } from '../report/cluster/judge-node.js';
import { refuseAnother } from '../report/qualify/qualify.js';
import { readBaseline } from '../report/qualify/read-baseline.js';
import { choice, type MeasuringFlags, readDevice, readGpus, readProfile, targetFlags } from './options.js';
import { targetOf } from './target-file.js';
import { readTolerance } from './tolerance.js';
import { defaultFolder } from './with-progress.js';

export interface ClusterFlags extends MeasuringFlags {
  scheduler?: string;
  partition?: string;
  nodes?: string;
  runNodes?: string;
  nodeList?: string;
  time?: string;
  account?: string;
  gres?: string;
  wait?: string;
  image: string;
  baseline?: string;
  tolerance: string;
  out?: string;
  dryRun?: true;
  json?: true;
}

export const readScheduler = (given: unknown) => choice(schedulerSchema.options, '--scheduler', given);

/**
 * The run on each node, and its target, which is resolved here so that a mistake costs no job.
 *
 * `--nodes` is how many nodes are measured. Beside `--gpu-count` it is also how many the run spans, unless `--run-nodes`
 * says otherwise; without either the run is of one node.
 *
 * @throws UsageError
 */
export function nodeRunOf(options: ClusterFlags) {
  const { gpu, gpuMemory, cudaLibs, data, config } = options;
  const { nodes: measured, ...flags } = targetFlags(options);
  const spanned = options.runNodes ?? (flags.gpuCount === undefined ? undefined : measured);
  const spread = { ...flags, ...(spanned !== undefined && { nodes: spanned }) };
  const run: NodeRun = {
    flags: spread,
    config,
    device: readDevice(options.device),
    profile: readProfile(options.profile),
    rehearse: options.rehearse === true,
    gpus: readGpus(options.gpus),
    gpu,
    gpuMemory,
    cudaLibs,
    data,
  };
  judgedGpu({ gpu, gpuMemory }, null);
  return { run, ...targetOf({ ...spread, ...(config !== undefined && { config }) }) };
}

/** What Slurm is told, as it stands: no blank, so that it stays one word in the script too. @throws UsageError */
export function schedulerWords({ partition, account, gres, time }: ClusterFlags) {
  for (const [flag, value] of Object.entries({ partition, account, gres })) {
    if (value !== undefined && !/^[\w.:@%+=,/-]+$/.test(value))
      throw new UsageError(`--${flag} ${value}: give one name, of letters, digits and . : @ + = , / - _`);
  }
  if (time !== undefined && (slurmSeconds(time) ?? 0) === 0)
    throw new UsageError(`--time ${time}: give minutes, or as Slurm does 1:30:00 or 1-12:00:00`);
  return { partition, account, gres, time };
}

/** `--nodes` as a number. @throws UsageError */
export function readNodeCount(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!/^[1-9]\d{0,4}$/.test(given)) throw new UsageError(`--nodes ${given}: give a whole number from 1 on`);
  return Number(given);
}

/** `--node-list` as names, each once. @throws UsageError */
export function readNodeList(given: string | undefined, nodes: string | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  if (nodes !== undefined)
    throw new UsageError('--node-list and --nodes exclude each other: name them, or count them');
  const names = z
    .array(z.string().regex(/^[A-Za-z0-9][\w.-]*$/))
    .safeParse(given.split(',').map((name) => name.trim()));
  if (!names.success) throw new UsageError(`--node-list ${given}: give names of nodes, such as gpu01,gpu02`);
  if (new Set(names.data).size !== names.data.length)
    throw new UsageError(`--node-list ${given}: a node is named twice`);
  return names.data;
}

const unitSeconds = { s: 1, m: 60, h: 3600 };

/** `--wait` in seconds, or null where there is none. @throws UsageError */
export function readWait(given: string | undefined): number | null {
  if (given === undefined) return null;
  const match = /^(\d{1,6})([smh])$/.exec(given);
  if (!match) throw new UsageError(`--wait ${given}: give a time such as 90s, 30m or 2h`);
  return Number(match[1]) * unitSeconds[match[2] as keyof typeof unitSeconds];
}

/** The shared folder, absolute. @throws UsageError */
export function sharedFolder(given: string | undefined): string {
  if (given === '') throw new UsageError('--out is empty: name a new folder that the nodes see as well');
  const out = resolve(given ?? defaultFolder('preflight-cluster'));
  // Arguments hold none, but the folder that we stand in may.
  if (/\p{Cc}/u.test(out))
    throw new UsageError(`--out ${JSON.stringify(out)} holds a control character: name another folder`);
  return out;
}

/** This very program, by paths that must be there on every node as well. */
export function thisProgram(): string[] {
  return [process.execPath, realpathSync(process.argv[1]!)];
}

/**
 * By what nodes qualify: a baseline where one is named, else the verdict.
 * @throws UsageError where the baseline is of another run, before that costs a job a node
 */
export async function judgeFor(
  { baseline, tolerance }: ClusterFlags,
  { run, target }: ReturnType<typeof nodeRunOf>,
): Promise<Judge> {
  const share = readTolerance(tolerance);
  if (baseline === undefined) return judgeByVerdict;
  const read = await readBaseline(baseline);
  const asked = { target, profile: run.profile, judgedGpu: judgedGpu(run, null).judgedGpu };
  refuseAnother(asked, read, 'what is asked for');
  return judgeByBaseline(read, share);
}
