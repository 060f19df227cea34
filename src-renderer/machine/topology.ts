import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import type { Gpu } from '../../src-main/contract/machine.js';

/** How two GPUs reach each other. */
export interface Pair {
  a: Gpu;
  b: Gpu;
  /** Active NVLinks between them: direct ones, or the fewer of the two's to a switch that both are on. */
  nvlinks: number;
  path: 'direct' | 'switch' | 'same-node' | 'other-node' | 'host' | 'unknown';
}

/** NVIDIA GPUs by NUMA node, and how each two reach each other. */
export interface Topology {
  /** Null holds those whose node is not known. */
  nodes: { numa: number | null; gpus: Gpu[] }[];
  pairs: Pair[];
  /** Devices that links of several GPUs end on: NVSwitches. */
  switches: number;
}

type Links = Exclude<Exclude<Gpu['detail'], { unavailable: string }>['nvlinks'], { unavailable: string }>;

/** The NVLinks of a GPU; none where they could not be read. */
export function linksOf({ detail }: Gpu): Links {
  return isUnavailable(detail) ? [] : (known(detail.nvlinks) ?? []);
}

const linksRead = ({ detail }: Gpu) => !isUnavailable(detail) && !isUnavailable(detail.nvlinks);

export function numaOf({ detail }: Gpu): number | null {
  return isUnavailable(detail) ? null : (known(detail.numaNode) ?? null);
}

/** How the NVIDIA GPUs of a machine are joined; undefined where there are not two that say how they fare. */
export function topologyOf(machineGpus: readonly Gpu[]): Topology | undefined {
  const gpus = machineGpus.filter(({ vendor, detail }) => vendor === 'nvidia' && !isUnavailable(detail));
  if (gpus.length < 2) return undefined;
  const numas = [...new Set(gpus.map(numaOf))].sort((x, y) => (x ?? Infinity) - (y ?? Infinity));
  const nodes = numas.map((numa) => ({ numa, gpus: gpus.filter((gpu) => numaOf(gpu) === numa) }));
  const inOrder = nodes.flatMap((node) => node.gpus);
  const switches = sharedPeers(gpus);
  const pairs = inOrder.flatMap((a, index) => inOrder.slice(index + 1).map((b) => pairOf(a, b, switches)));
  return { nodes, pairs, switches: switches.size };
}

/** Where the active links of a GPU end, how many on each device. */
function peersOf(gpu: Gpu): Map<string, number> {
  const peers = new Map<string, number>();
  for (const { active, peerPciAddress } of linksOf(gpu)) {
    const peer = known(peerPciAddress)?.toLowerCase();
    if (active && peer !== undefined) peers.set(peer, (peers.get(peer) ?? 0) + 1);
  }
  return peers;
}

/** Devices that are none of the GPUs, and that links of two or more of them end on. */
function sharedPeers(gpus: readonly Gpu[]): Set<string> {
  const own = new Set(gpus.map(addressOf));
  const seen = new Map<string, number>();
  for (const gpu of gpus)
    for (const peer of peersOf(gpu).keys()) if (!own.has(peer)) seen.set(peer, (seen.get(peer) ?? 0) + 1);
  return new Set([...seen].filter(([, count]) => count > 1).map(([peer]) => peer));
}

const addressOf = ({ pciAddress }: Gpu) => known(pciAddress)?.toLowerCase();

function pairOf(a: Gpu, b: Gpu, switches: ReadonlySet<string>): Pair {
  const direct = peersOf(a).get(addressOf(b) ?? '') ?? 0;
  if (direct > 0) return { a, b, nvlinks: direct, path: 'direct' };
  const toSwitch = (gpu: Gpu) =>
    [...peersOf(gpu)].reduce((sum, [peer, links]) => sum + (switches.has(peer) ? links : 0), 0);
  const shared = Math.min(toSwitch(a), toSwitch(b));
  if (shared > 0) return { a, b, nvlinks: shared, path: 'switch' };
  // Without NVLink's word it may be either.
  if (![a, b].every(linksRead)) return { a, b, nvlinks: 0, path: 'unknown' };
  const [first, second] = [numaOf(a), numaOf(b)];
  if (first === null || second === null) return { a, b, nvlinks: 0, path: 'host' };
  return { a, b, nvlinks: 0, path: first === second ? 'same-node' : 'other-node' };
}

/** The pair that two GPUs are, in whichever order. */
export function findPair({ pairs }: Topology, x: Gpu, y: Gpu): Pair | undefined {
  return pairs.find(({ a, b }) => (a === x && b === y) || (a === y && b === x));
}
