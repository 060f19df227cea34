import { known } from '../../src-main/contract/evidence.js';
import type { Gpu } from '../../src-main/contract/machine.js';
import { useSay } from '../report/say.js';
import { linksOf, type Topology } from './topology.js';

const box = { width: 74, height: 44, gap: 10 };
const nodeGap = 26;
const margin = 10;

/** GPUs in their NUMA nodes, with NVLink above them and PCIe below. The table that stands with it has every figure. */
export function TopologyPicture({ topology }: { topology: Topology }) {
  const say = useSay();
  const places = placesOf(topology);
  const width = margin * 2 + Math.max(...[...places.values()].map((x) => x + box.width));
  const arcs = topology.pairs.filter(({ path }) => path === 'direct');
  const hasSwitch = topology.switches > 0;
  const top = hasSwitch ? 66 : arcs.length > 0 ? 24 + 10 * Math.min(8, places.size) : 8;
  const middle = (gpu: Gpu) => places.get(gpu)! + box.width / 2 + margin;
  const height = top + box.height + 62;
  return (
    <svg
      className="chart topology"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={say(described(topology))}
    >
      {hasSwitch && <Switches width={width} count={topology.switches} />}
      {hasSwitch &&
        [...places.keys()].map((gpu) => (
          <SwitchLine key={places.get(gpu)} gpu={gpu} x={middle(gpu)} top={top} />
        ))}
      {arcs.map(({ a, b, nvlinks }) => (
        <Arc key={`${middle(a)} ${middle(b)}`} from={middle(a)} to={middle(b)} top={top} links={nvlinks} />
      ))}
      {topology.nodes.map(({ numa, gpus }) => (
        <Node
          key={numa ?? 'unknown'}
          numa={numa}
          from={places.get(gpus[0]!)! + margin}
          to={places.get(gpus.at(-1)!)! + margin + box.width}
          top={top + box.height}
        />
      ))}
      {[...places].map(([gpu, x]) => (
        <g key={x}>
          <rect className="device" x={x + margin} y={top} width={box.width} height={box.height} rx="4" />
          <text className="device-name" x={middle(gpu)} y={top + 19} textAnchor="middle">
            GPU {gpu.index ?? '–'}
          </text>
          <text className="label" x={middle(gpu)} y={top + 35} textAnchor="middle">
            {say(pcieWords(gpu))}
          </text>
        </g>
      ))}
      {topology.nodes.length > 1 && <Between topology={topology} places={places} y={top + box.height + 34} />}
    </svg>
  );
}

/** Left edge of each GPU, those of a node beside each other. */
function placesOf({ nodes }: Topology): Map<Gpu, number> {
  const places = new Map<Gpu, number>();
  let x = 0;
  for (const { gpus } of nodes) {
    for (const gpu of gpus) {
      places.set(gpu, x);
      x += box.width + box.gap;
    }
    x += nodeGap - box.gap;
  }
  return places;
}

function Switches({ width, count }: { width: number; count: number }) {
  return (
    <g>
      <rect className="switch" x={margin} y="6" width={width - 2 * margin} height="24" rx="4" />
      <text className="switch-name" x={width / 2} y="22" textAnchor="middle">
        {count === 1 ? 'NVSwitch' : `${count} NVSwitches`}
      </text>
    </g>
  );
}

/** How many of its links a GPU has up; one that has some down is drawn otherwise. */
function SwitchLine({ gpu, x, top }: { gpu: Gpu; x: number; top: number }) {
  const say = useSay();
  const links = linksOf(gpu);
  const up = links.filter(({ active }) => active).length;
  if (links.length === 0) return null;
  const whole = up === links.length;
  return (
    <g>
      <line className={whole ? 'nvlink' : 'nvlink some'} x1={x} x2={x} y1="30" y2={top} />
      <text className="label" x={x + 5} y={(30 + top) / 2 + 4}>
        {whole ? `${up}` : say(`${up} of ${links.length}`)}
      </text>
    </g>
  );
}

function Arc({ from, to, top, links }: { from: number; to: number; top: number; links: number }) {
  const rise = Math.min(top - 6, 14 + Math.abs(to - from) / 8);
  // The curve's highest point lies at three quarters of its handles.
  const handle = top - (rise * 4) / 3;
  return (
    <g>
      <path className="nvlink" d={`M${from} ${top}C${from} ${handle} ${to} ${handle} ${to} ${top}`} />
      <text className="label" x={(from + to) / 2} y={top - rise - 3} textAnchor="middle">
        {links}
      </text>
    </g>
  );
}

/** A NUMA node's host below its GPUs, and the PCIe between them. */
function Node(props: { numa: number | null; from: number; to: number; top: number }) {
  const { numa, from, to, top } = props;
  const say = useSay();
  const count = Math.round((to - from + box.gap) / (box.width + box.gap));
  return (
    <g>
      {Array.from({ length: count }, (_, index) => {
        const x = from + index * (box.width + box.gap) + box.width / 2;
        return <line className="pcie" key={x} x1={x} x2={x} y1={top} y2={top + 20} />;
      })}
      <rect className="host" x={from} y={top + 20} width={to - from} height="28" rx="4" />
      <text className="label" x={(from + to) / 2} y={top + 38} textAnchor="middle">
        {say(numa === null ? 'host' : `NUMA node ${numa}`)}
      </text>
    </g>
  );
}

function Between({ topology, places, y }: { topology: Topology; places: Map<Gpu, number>; y: number }) {
  return topology.nodes.slice(1).map(({ numa, gpus }) => {
    const right = places.get(gpus[0]!)! + margin;
    return <line className="pcie" key={numa ?? 'unknown'} x1={right - nodeGap} x2={right} y1={y} y2={y} />;
  });
}

function pcieWords({ detail }: Gpu): string {
  if ('unavailable' in detail) return '';
  const [generation, width] = [known(detail.pcie.generation), known(detail.pcie.width)];
  return generation === undefined || width === undefined ? '' : `gen ${generation} ×${width}`;
}

function described({ nodes, pairs, switches }: Topology): string {
  const count = nodes.reduce((sum, { gpus }) => sum + gpus.length, 0);
  const joined = pairs.filter(({ nvlinks }) => nvlinks > 0).length;
  const over = switches > 0 ? ' over NVSwitch' : '';
  return `${count} GPUs; ${joined} of ${pairs.length} pairs joined by NVLink${over}. The table below has every link.`;
}
