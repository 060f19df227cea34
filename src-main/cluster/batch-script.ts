import { join } from 'node:path';
import { shellWord } from '../contract/command-line.js';

/** Exit statuses of the script's own, beside those of `preflight run`. */
export const scriptExits = { noFolder: 97, startedAgain: 98 };

/** Where a node's files lie in the shared folder. */
export const nodeFolder = (node: string) => join('nodes', node);
export const nodeLog = (node: string) => join('logs', `${node}.log`);

export interface BatchJob {
  /** The program and its words up to `--out`; its paths must be there on every node. */
  command: readonly string[];
  /** The shared folder, absolute. */
  out: string;
  jobName: string;
  partition?: string | undefined;
  account?: string | undefined;
  /** Slurm's own form, such as `30` minutes or `1:00:00`. */
  time?: string | undefined;
  gres?: string | undefined;
}

/**
 * What sbatch is told of every job. Output goes nowhere, since sbatch reads patterns in the name of its file: the script
 * opens its own. `--mem=0` is all memory of the node, of which `--exclusive` alone gives only the default share.
 */
export function sbatchOptions({ jobName, partition, account, time, gres }: BatchJob): string[] {
  const option = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`--${name}=${value}`];
  return [
    ...option('job-name', jobName),
    ...option('partition', partition),
    ...option('account', account),
    ...option('time', time),
    ...option('gres', gres),
    '--nodes=1',
    '--ntasks=1',
    '--exclusive',
    '--mem=0',
    '--no-requeue',
    '--export=ALL',
    '--chdir=/',
    '--output=/dev/null',
  ];
}

/**
 * The script that every node runs. It learns the node's name from slurmd, so that none stands in it; whatever else it
 * holds of the user's is quoted. It ends 0 where preflight gave an answer, whichever.
 */
export function batchScript(job: BatchJob): string {
  const options = sbatchOptions(job).map((option) => `#SBATCH ${option}`);
  return `#!/bin/bash
${options.join('\n')}
# Measures one node; submitted once for each:  sbatch --nodelist=NODE THIS_FILE
# The shared folder, which is made beforehand, and the program must be there on every node.

shared=${shellWord(job.out)}
node=\${SLURMD_NODENAME:?not started by Slurm}
cd -- "$shared" && mkdir -p nodes logs || exit ${scriptExits.noFolder}
# Each node once: a job that is started again finds the first one's folder.
mkdir -- "nodes/$node" || exit ${scriptExits.startedAgain}
exec >"logs/$node.log" 2>&1

${job.command.map(shellWord).join(' ')} --out="$shared/nodes/$node"
status=$?
case $status in
  0 | 3 | 4 | 5) exit 0 ;; # a verdict was given: it stands in the report
  *) exit $status ;;
esac
`;
}
