import { isUnavailable } from '../../src-main/contract/evidence.js';
import { withoutIndex } from '../../src-main/contract/gpu-names.js';
import type { Gpu } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';
import { columnOf, gpuPageColumns } from '../report/machine-words.js';
import { useSay } from '../report/say.js';

/** How every GPU fares now, by what its driver says. Nothing where no driver says anything. */
export function GpuStateTable({ gpus }: { gpus: readonly Gpu[] }) {
  const say = useSay();
  const readable = gpus.filter(({ detail }) => !isUnavailable(detail));
  const columns = gpuPageColumns.filter((column) =>
    readable.some((gpu) => !isUnavailable(columnOf(gpu, column))),
  );
  if (columns.length === 0) return null;
  return (
    <>
      <h3>{say('How they fare')}</h3>
      <WideTable label="Table of how GPUs fare">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">GPU</th>
              {columns.map(({ name }) => (
                <th scope="col" key={name}>
                  {say(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {readable.map((gpu, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
              <tr key={index}>
                <th scope="row">{gpu.index ?? say(withoutIndex(gpu))}</th>
                {columns.map((column) => {
                  const value = columnOf(gpu, column);
                  return (
                    <td className={column.name === 'Held down by' ? 'reason' : 'nowrap'} key={column.name}>
                      {isUnavailable(value) ? <span className="missing">–</span> : say(value as string)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </>
  );
}
