import type { Target } from '../../contract/target.js';
import type { GpuSpec } from '../gpu-spec.js';
import { gpusOfNode } from '../ranks.js';

/** What a group of GPUs reaches of its links. */
export interface Link {
  /** Bytes a second through a ring of the group: NCCL's "bus bandwidth". */
  ring: number;
  /** Bytes a second that each GPU exchanges with all others at once. */
  exchange: number;
  /** Seconds until the first byte of a collective is there. */
  latency: number;
}

/** nccl-tests reach about 0.8 of NVLink's one-way bandwidth on HGX A100 and H100 (nccl-tests/doc/PERFORMANCE.md). */
const reached = 0.8;
/** Copies between pinned memory and the card reach about as much of PCIe. */
export const reachedPcie = 0.8;
/** A collective within a node, and what each doubling of nodes adds: NCCL's trees. Orders of magnitude; a judgement. */
const nodeLatency = 20e-6;
const hopLatency = 20e-6;

/** Where no --inter-node-gbps was said: 100 Gbit/s for each GPU of a node; an assumption. */
const assumedGbpsOfGpu = 100;

/**
 * The slowest link in a group of so many ranks, which fills nodes one by one. A ring leaves each node once, so that it has the
 * whole of a node's network; all to all, each GPU has its share.
 */
export function linkOf(target: Target, gpu: GpuSpec, ranks: number): Link {
  const perNode = gpusOfNode(target);
  const within = Math.min(ranks, perNode);
  const own = (within > gpu.linkedGpus ? gpu.pcieBandwidth : gpu.linkBandwidth) * reached;
  const nodes = Math.ceil(ranks / perNode);
  if (nodes <= 1) return { ring: own, exchange: own, latency: nodeLatency };
  const gbps = target.interNodeGbps ?? assumedGbpsOfGpu * perNode;
  const network = (gbps / 8) * 1e9 * reached;
  return {
    ring: Math.min(own, network),
    exchange: Math.min(own, network / perNode),
    latency: nodeLatency + hopLatency * Math.ceil(Math.log2(nodes)),
  };
}

/** Seconds of a ring reduce-scatter or all-gather of `bytes`: (n − 1) / n of them pass each link. An all-reduce is two. */
export function ringSeconds(link: Link, ranks: number, bytes: number): number {
  return ranks <= 1 ? 0 : ((ranks - 1) / ranks) * (bytes / link.ring) + link.latency;
}

/** Seconds of an all-to-all in which each GPU holds `bytes` and keeps its own share. */
export function exchangeSeconds(link: Link, ranks: number, bytes: number): number {
  return ranks <= 1 ? 0 : ((ranks - 1) / ranks) * (bytes / link.exchange) + link.latency;
}
