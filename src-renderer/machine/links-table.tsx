import { known } from '../../src-main/contract/evidence.js';
import { withoutIndex } from '../../src-main/contract/gpu-names.js';
import type { Gpu, Rate } from '../../src-main/contract/machine.js';
import { formatRate } from '../../src-main/contract/rate-format.js';
import { WideTable } from '../report/bits.js';
import { columnOf, gpuColumns } from '../report/machine-words.js';
import { useSay } from '../report/say.js';
import { findPair, numaOf, type Pair, type Topology } from './topology.js';

/** How each two GPUs reach each other, and how fast that was measured to be. */
export function LinksTable({ topology, rates }: { topology: Topology; rates: readonly Rate[] }) {
  const say = useSay();
  const gpus = topology.nodes.flatMap((node) => node.gpus);
  const own = gpuColumns.filter(({ name }) => name === 'PCIe' || name === 'NVLink');
  return (
    <>
      <WideTable label="Table of links between GPUs">
        <table className="dense links">
          <thead>
            <tr>
              <th scope="col">GPU</th>
              <th scope="col">NUMA</th>
              {own.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
              {gpus.map((gpu, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
                <th scope="col" className="figure" key={index}>
                  {say(`to ${gpu.index ?? withoutIndex(gpu)}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {gpus.map((gpu, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
              <tr key={row}>
                <th scope="row">{gpu.index ?? say(withoutIndex(gpu))}</th>
                <td>{numaOf(gpu) ?? '–'}</td>
                {own.map((column) => (
                  <td className="nowrap" key={column.name}>
                    {say(known(columnOf(gpu, column)) ?? '–')}
                  </td>
                ))}
                {gpus.map((peer, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
                  <td className="figure" key={column}>
                    <Cell pair={findPair(topology, gpu, peer)} rate={rateOf(rates, gpu, peer)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      <p className="aside">{say(legend(topology, rates))}</p>
    </>
  );
}

function rateOf(rates: readonly Rate[], from: Gpu, to: Gpu): number | undefined {
  const found = rates.find(
    ({ id, gpu, peer }) => id === 'peer-copy' && gpu === from.index && peer === to.index,
  );
  return found && known(found.value);
}

function Cell({ pair, rate }: { pair: Pair | undefined; rate: number | undefined }) {
  if (pair === undefined) return null;
  return (
    <>
      {shortOf(pair)}
      {rate !== undefined && <small>{formatRate(rate, 'bytes/s').replace(' GB/s', '')}</small>}
    </>
  );
}

/** As `nvidia-smi topo -m` has them where it has a word. */
function shortOf({ path, nvlinks }: Pair): string {
  if (path === 'direct' || path === 'switch') return `NV${nvlinks}`;
  if (path === 'unknown') return '–';
  return path === 'other-node' ? 'SYS' : 'PCIe';
}

function legend({ pairs, switches }: Topology, rates: readonly Rate[]): string {
  const over = switches > 0 ? ` over ${switches === 1 ? 'an NVSwitch' : `${switches} NVSwitches`}` : '';
  const words = [
    ...(pairs.some(({ nvlinks }) => nvlinks > 0) ? [`NV18: by 18 NVLinks${over}`] : []),
    ...(pairs.some((pair) => shortOf(pair) === 'PCIe') ? ['PCIe: over PCIe and the host'] : []),
    ...(pairs.some(({ path }) => path === 'other-node')
      ? ['SYS: over PCIe, and from one processor to another']
      : []),
    ...(pairs.some(({ path }) => path === 'unknown') ? ['–: whether by NVLink or PCIe was not read'] : []),
    ...(rates.some(({ id, value }) => id === 'peer-copy' && known(value) !== undefined)
      ? ['below it the copy rate that was measured, in GB/s']
      : []),
  ];
  return `${words.join('; ')}.`;
}
