import { targetLine } from '../../../src-renderer/report/words.js';
import type { Cluster, NodeRow } from '../../contract/cluster.js';

export const outcomeWords: Record<NodeRow['outcome'], string> = {
  qualified: 'qualified',
  failed: 'failed',
  'not-reached': 'not reached',
};

/** `4 nodes of partition gpu: 2 qualified, 1 failed, 1 not reached` */
export function countsLine({ rows, partition, state }: Cluster): string {
  const counts = (Object.keys(outcomeWords) as NodeRow['outcome'][]).map(
    (outcome) => `${rows.filter((row) => row.outcome === outcome).length} ${outcomeWords[outcome]}`,
  );
  const nodes = `${rows.length} ${rows.length === 1 ? 'node' : 'nodes'} of partition ${partition}`;
  return `${nodes}: ${counts.join(', ')}${state === 'cancelled' ? ' (cancelled)' : ''}`;
}

/** The run that each node was measured for, with the machines that it spans. */
export function clusterTargetLine({ target }: Pick<Cluster, 'target'>): string {
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return `${targetLine({ target })}, ${plural(target.gpuCount, 'GPU')} on ${plural(target.nodes, 'node')}`;
}
