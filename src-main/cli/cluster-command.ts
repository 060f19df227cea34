import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { batchScript } from '../cluster/batch-script.js';
import { nodeWords } from '../cluster/node-words.js';
import { runOnSlurm, type SlurmRequest } from '../cluster/run-on-slurm.js';
import type { Cluster } from '../contract/cluster.js';
import { commandLine } from '../contract/command-line.js';
import { renderCluster } from '../report/cluster/terminal-cluster.js';
import { cancelOnSignals } from './cancel.js';
import { manifestOf } from './cluster-manifest.js';
import {
  type ClusterFlags,
  judgeFor,
  nodeRunOf,
  readNodeCount,
  readNodeList,
  readScheduler,
  readWait,
  schedulerWords,
  sharedFolder,
  thisProgram,
} from './cluster-options.js';
import { ClusterProgress } from './cluster-progress.js';
import { exitCodes } from './exit.js';
import { withMeasuring, withTarget } from './options.js';
import { printDocument } from './output.js';
import { toleranceOption } from './tolerance.js';

/** Debian's, as the CUDA libraries want; with Node alone. */
const defaultImage = 'node:20-bookworm';

/** `preflight cluster`: the run on every node of a scheduler's partition, and one table of them. */
export function addCluster(program: Command, args: readonly string[], onExit: (code: number) => void): void {
  const command = withMeasuring(
    withTarget(
      program.command('cluster').description('measure every node of a cluster through its scheduler'),
    ),
  )
    .option('--scheduler <name>', 'slurm, or k8s with --dry-run for a manifest')
    .option('--partition <name>', "Slurm's partition; its default where this is left out")
    .option('--node-list <names>', 'measure just these nodes, such as gpu01,gpu02')
    .option('--run-nodes <n>', 'machines that the run itself spans')
    .option('--baseline <file>', 'qualify by what `qualify --make-baseline` wrote, not by the verdict')
    .addOption(toleranceOption())
    .option('--time <limit>', "each job's time limit, as Slurm writes it: minutes or hours:minutes:seconds")
    .option('--account <name>', "Slurm's account")
    .option('--gres <list>', "generic resources of each job; all of the node's GPUs where this is left out")
    .option('--wait <time>', 'cancel what has not begun after 90s, 30m or 2h, as not reached')
    .option('--image <name>', `k8s: the container's image, with Node 20`, defaultImage)
    .option('--out <dir>', 'a new folder that every node sees at the same path')
    .option('--dry-run', 'print the batch script or the manifest, and submit nothing')
    .option('--json', 'print one JSON document and nothing else on standard output')
    .action(async (options: ClusterFlags) => onExit(await run(options, args)));
  const nodes = command.options.find(({ long }) => long === '--nodes');
  if (nodes) nodes.description = 'how many nodes to measure; beside --gpu-count the run spans them too';
}

async function run(options: ClusterFlags, args: readonly string[]): Promise<number> {
  const scheduler = readScheduler(options.scheduler);
  const asked = nodeRunOf(options);
  const name = `preflight-${randomBytes(4).toString('hex')}`;
  if (scheduler === 'k8s') {
    const { text, document } = manifestOf(options, asked, name);
    printDocument(document, () => text, options.json === true);
    return exitCodes.go;
  }
  const job = {
    ...schedulerWords(options),
    command: [...thisProgram(), ...nodeWords(asked.run)],
    out: sharedFolder(options.out),
    jobName: name,
  };
  const request = {
    ...asked,
    job,
    nodes: readNodeCount(options.nodes),
    nodeList: readNodeList(options.nodeList, options.nodes),
    waitSeconds: readWait(options.wait),
    judge: await judgeFor(options, asked),
    command: commandLine(args),
  };
  if (options.dryRun) {
    const script = batchScript(job);
    printDocument({ scheduler, script }, () => script, options.json === true);
    return exitCodes.go;
  }
  const cluster = await measureNodes(request);
  printDocument(cluster, renderCluster, options.json === true);
  if (!options.json) process.stdout.write(`\ntable: ${job.out}/cluster.md and cluster.json\n`);
  return exitOf(cluster);
}

async function measureNodes(request: SlurmRequest): Promise<Cluster> {
  const progress = new ClusterProgress();
  const cancel = cancelOnSignals(() =>
    progress.say('cancelling: the jobs are cancelled, and the table is written'),
  );
  try {
    return await runOnSlurm(request, {
      signal: cancel.signal,
      onSay: (text) => progress.say(text),
      onProgress: (jobs) => progress.show(jobs),
    });
  } finally {
    progress.stop();
    cancel.dispose();
  }
}

function exitOf({ state, rows }: Cluster): number {
  if (state === 'cancelled') return exitCodes.cancelled;
  return rows.every(({ outcome }) => outcome === 'qualified') ? exitCodes.go : exitCodes['no-go'];
}
