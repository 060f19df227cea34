import type { Job } from 'kubernetes-types/batch/v1';
import type { Affinity, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { stringify } from 'yaml';
import { shellWord } from '../contract/command-line.js';

export interface ManifestRequest {
  /** Prefix of the Jobs' names, and the label by which they know each other. */
  name: string;
  /** `preflight run` and its words up to `--out`, as they run in the container. */
  command: readonly string[];
  /** Folders and files of the nodes that the container sees at the same paths; the last is the shared folder. */
  readOnly: readonly string[];
  out: string;
  image: string;
  /** GPUs of a node that the container gets; 0 for none. */
  gpus: number;
  /** Nodes by name, or how many of any. */
  nodes: readonly string[] | number;
  /** Each Job is ended after this; null for none. */
  limitSeconds: number | null;
}

const label = 'preflight';
/** Kubernetes replaces this by the variable's value, without a shell. */
const nodeName = 'NODE_NAME';

/**
 * One Job a node, each run once. Where nodes are named each Job is pinned to one; where they are counted the Jobs keep
 * away from each other while they run.
 */
export function jobsFor(request: ManifestRequest): Job[] {
  const { nodes } = request;
  if (typeof nodes !== 'number') return nodes.map((node, index) => jobFor(request, index, node));
  return Array.from({ length: nodes }, (_, index) => jobFor(request, index, undefined));
}

function jobFor(request: ManifestRequest, index: number, node: string | undefined): Job {
  const { name, command, out, image, gpus, limitSeconds } = request;
  const labels = { [label]: name };
  const { volumes, volumeMounts } = mounts(request);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `${name}-${index + 1}`, labels },
    spec: {
      completions: 1,
      parallelism: 1,
      backoffLimit: 0,
      ...(limitSeconds !== null && { activeDeadlineSeconds: limitSeconds }),
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          ...(node === undefined
            ? { affinity: apart(labels) }
            : { nodeSelector: { 'kubernetes.io/hostname': node } }),
          containers: [
            {
              name: 'preflight',
              image,
              command: [...command.map(literal), `--out=${literal(out)}/nodes/$(${nodeName})`],
              env: [{ name: nodeName, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
              ...(gpus > 0 && { resources: { limits: { 'nvidia.com/gpu': String(gpus) } } }),
              volumeMounts,
            },
          ],
          volumes,
        },
      },
    },
  };
}

/** `$(NAME)` would be replaced, and `$$` stands for one dollar (Kubernetes' rule for commands). */
const literal = (word: string) => word.replaceAll('$', '$$$$');

function mounts({ readOnly, out }: ManifestRequest): { volumes: Volume[]; volumeMounts: VolumeMount[] } {
  const paths = [...readOnly.map((path) => ({ path, readOnly: true })), { path: out, readOnly: false }];
  return {
    volumes: paths.map(({ path, readOnly: only }, index) => ({
      name: `path-${index + 1}`,
      // The shared folder would otherwise be made on a node that does not see it.
      hostPath: { path, ...(!only && { type: 'Directory' }) },
    })),
    volumeMounts: paths.map(({ path, readOnly: only }, index) => ({
      name: `path-${index + 1}`,
      mountPath: path,
      ...(only && { readOnly: true }),
    })),
  };
}

function apart(matchLabels: Record<string, string>): Affinity {
  const term = { labelSelector: { matchLabels }, topologyKey: 'kubernetes.io/hostname' };
  return { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

/** The manifest as a file for `kubectl apply -f`, with what it asks of the cluster in its head. */
export function manifestYaml(request: ManifestRequest): string {
  const { name, out, nodes } = request;
  const head = [
    'One Job a node. The folders and files below must be there on every node, as on a shared disk. First:',
    `  mkdir -p -- ${shellWord(`${out}/nodes`)}`,
    `Then: kubectl apply -f THIS_FILE; kubectl get jobs -l ${label}=${name}`,
    'A container ends 0 for go, 4 for go with changes; its report lies in nodes/NODE there.',
    ...(typeof nodes === 'number'
      ? [
          'The Jobs keep apart while they run, so that many nodes must be free at once; or name the nodes (--node-list).',
        ]
      : []),
  ];
  const comment = head.map((line) => `# ${line}\n`).join('');
  // Words are not folded over lines, and nothing is an alias: people read and edit it.
  const options = { lineWidth: 0, aliasDuplicateObjects: false };
  return (
    comment +
    jobsFor(request)
      .map((job) => stringify(job, options))
      .join('---\n')
  );
}
