import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { jobsFor, type ManifestRequest, manifestYaml } from '../cluster/manifest.js';
import { nodeWords } from '../cluster/node-words.js';
import { slurmSeconds } from '../cluster/slurm-time.js';
import { UsageError } from '../contract/usage-error.js';
import {
  type ClusterFlags,
  type nodeRunOf,
  readNodeCount,
  readNodeList,
  schedulerWords,
  sharedFolder,
  thisProgram,
} from './cluster-options.js';

/**
 * The Kubernetes manifest of what was asked for.
 * @returns as text, and as one List
 * @throws UsageError, also where it is to be submitted: that is kubectl's
 */
export function manifestOf(
  options: ClusterFlags,
  { run, target }: ReturnType<typeof nodeRunOf>,
  name: string,
): { text: string; document: object } {
  if (!options.dryRun)
    throw new UsageError(
      '--scheduler k8s submits nothing: print its manifest with --dry-run, and give that to kubectl apply -f',
    );
  const { partition, account, gres } = schedulerWords(options);
  for (const [flag, value] of Object.entries({ partition, account, gres, wait: options.wait })) {
    if (value !== undefined) throw new UsageError(`--${flag} is for --scheduler slurm: leave it out`);
  }
  const nodes = readNodeList(options.nodeList, options.nodes) ?? readNodeCount(options.nodes);
  if (nodes === undefined)
    throw new UsageError('--nodes is missing: say how many nodes to measure, or name them with --node-list');
  const [, program = ''] = thisProgram();
  const { config, data, cudaLibs } = run;
  const seen = [programFolder(program), config && dirname(resolve(config)), data, cudaLibs];
  const request: ManifestRequest = {
    name,
    command: ['node', program, ...nodeWords(run)],
    readOnly: [...new Set(seen.filter((path) => path !== undefined).map((path) => mountable(resolve(path))))],
    out: mountable(sharedFolder(options.out)),
    image: options.image,
    gpus: run.device === 'cpu' ? 0 : Math.ceil(target.gpuCount / target.nodes),
    nodes,
    limitSeconds: options.time === undefined ? null : slurmSeconds(options.time)!,
  };
  return {
    text: manifestYaml(request),
    document: { apiVersion: 'v1', kind: 'List', items: jobsFor(request) },
  };
}

/** The folder with the program and its packages, which Node looks for in each folder above it. */
function programFolder(program: string): string {
  let folder = dirname(program);
  while (folder !== dirname(folder) && !existsSync(join(folder, 'node_modules'))) folder = dirname(folder);
  return existsSync(join(folder, 'node_modules')) ? folder : dirname(dirname(program));
}

/** @throws UsageError where Kubernetes would refuse the path */
function mountable(path: string): string {
  if (path.includes(':') || path === '/')
    throw new UsageError(
      `${path}: Kubernetes mounts no such path into a container; use a folder without a colon`,
    );
  return path;
}
