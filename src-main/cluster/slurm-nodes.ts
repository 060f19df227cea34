import { UsageError } from '../contract/usage-error.js';

/** A node as sinfo lists it. */
export interface SlurmNode {
  name: string;
  partition: string;
  isDefaultPartition: boolean;
  /** Slurm's extended word with its marks, such as `idle`, `mixed`, `down*`. */
  state: string;
  /** Why it cannot be used, where it cannot: in Slurm's words. */
  unusable: string | undefined;
  gpus: number;
}

/** For `sinfo -N -h -o`; the reason comes last, since it is free text. */
export const nodeFormat = '%N|%P|%T|%G|%E';

/** States in which a job may start on the node now or once it is free (sinfo's manual, NODE STATE CODES). */
const usable = new Set([
  'allocated',
  'blocked',
  'completing',
  'idle',
  'maint',
  'mixed',
  'planned',
  'powered_down',
  'powering_down',
  'powering_up',
  'power_down',
  'power_up',
  'reserved',
]);

/** Reads `sinfo`'s lines. A line that is none is left out. */
export function parseNodes(text: string): SlurmNode[] {
  return text.split('\n').flatMap((line) => {
    const [name, partition, state, gres, ...reason] = line.split('|');
    if (!name || !partition || !state || gres === undefined) return [];
    return {
      name,
      partition: partition.replace(/\*$/, ''),
      isDefaultPartition: partition.endsWith('*'),
      state,
      unusable: whyUnusable(name, state, reason.join('|').trim()),
      gpus: gpusOf(gres),
    };
  });
}

function whyUnusable(name: string, state: string, reason: string): string | undefined {
  // Slurm itself would read brackets and commas as a list of nodes, and the name becomes a folder.
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return 'its name holds more than letters, digits, dots and dashes';
  const words = reason === '' || reason === 'none' ? '' : `: ${reason}`;
  const [, word = '', marks = ''] = /^([a-z_]+)(.*)$/.exec(state.toLowerCase()) ?? [];
  if (word === 'unknown') return `Slurm has not heard from it yet${words}`;
  if (marks.includes('*')) return `${word}, does not answer Slurm${words}`;
  return usable.has(word) ? undefined : `${word || state}${words}`;
}

/** GPUs among generic resources such as `gpu:h100:8(S:0-1),nvme:1`. */
function gpusOf(gres: string): number {
  return gres
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((entry) => /^gpu(?::[^:]+)?:(\d+)$/.exec(entry)?.[1] ?? '0')
    .reduce((sum, count) => sum + Number(count), 0);
}

/**
 * The nodes to measure: those of the partition, or the first `count` of them, such as can be used before such as cannot
 * and idle ones before others.
 *
 * @param partition null for Slurm's default
 * @param names only these, where some are named
 * @throws UsageError where there are no such nodes
 */
export function chooseNodes(
  all: readonly SlurmNode[],
  {
    partition,
    count,
    names,
  }: { partition?: string | undefined; count?: number | undefined; names?: readonly string[] | undefined },
): { partition: string; nodes: SlurmNode[] } {
  const partitions = [...new Set(all.map((node) => node.partition))];
  const chosen = partition ?? all.find(({ isDefaultPartition }) => isDefaultPartition)?.partition;
  const listed = partitions.join(', ') || 'none';
  if (chosen === undefined)
    throw new UsageError(`--partition is missing, and Slurm has no default; with nodes there are: ${listed}`);
  const inside = [
    ...new Map(all.filter((node) => node.partition === chosen).map((n) => [n.name, n])).values(),
  ];
  if (inside.length === 0)
    throw new UsageError(`--partition ${chosen}: Slurm has no nodes in it; with nodes there are: ${listed}`);
  if (names !== undefined) return { partition: chosen, nodes: namedNodes(inside, names, chosen) };
  if (count !== undefined && count > inside.length)
    throw new UsageError(`--nodes ${count}: partition ${chosen} has ${inside.length}`);
  const rank = ({ unusable: why, state }: SlurmNode) => (why !== undefined ? 2 : state === 'idle' ? 0 : 1);
  const first = new Set([...inside].sort((a, b) => rank(a) - rank(b)).slice(0, count ?? inside.length));
  return { partition: chosen, nodes: inside.filter((node) => first.has(node)) };
}

function namedNodes(inside: readonly SlurmNode[], names: readonly string[], partition: string): SlurmNode[] {
  return names.map((name) => {
    const found = inside.find((node) => node.name === name);
    if (found === undefined)
      throw new UsageError(
        `--node-list ${name}: partition ${partition} has ${inside.map((node) => node.name).join(', ')}`,
      );
    return found;
  });
}
