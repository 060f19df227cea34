import { isUnavailable, type Reading } from '../../src-main/contract/evidence.js';
import { gib } from '../../src-main/contract/format.js';
import type { Gpu } from '../../src-main/contract/machine.js';
import { WideTable } from '../report/bits.js';
import { useSay } from '../report/say.js';
import { gpusLine } from '../report/words.js';
import { DeviceMemoryBar, DeviceMemoryKey } from './device-memory-bar.js';
import { largestTotal, type MemoryRow, memoryRows } from './memory-rows.js';

/** Memory of every GPU now, and who holds it: a row each, so that eight are compared at a glance. */
export function GpuMemoryTable({ gpus }: { gpus: readonly Gpu[] }) {
  const say = useSay();
  const rows = memoryRows(gpus);
  const whole = largestTotal(rows);
  return (
    <>
      <p className="lead">{gpusLine(gpus)}</p>
      <WideTable label="Table of GPU memory">
        <table className="dense gpus">
          <thead>
            <tr>
              <th scope="col">GPU</th>
              <th scope="col" className="bar">
                <DeviceMemoryKey />
              </th>
              {['free', 'used', 'kept', 'total'].map((name) => (
                <th scope="col" className="figure" key={name}>
                  {say(`${name} GiB`)}
                </th>
              ))}
              <th scope="col">{say('held by')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hidden GPUs have no index of their own
              <Row key={index} row={row} whole={whole} />
            ))}
          </tbody>
        </table>
      </WideTable>
      {gpus
        .filter(({ runsOpenSora }) => !runsOpenSora.ok)
        .map(({ index, name, runsOpenSora }) => (
          <p className="aside" key={`${index} ${name} ${runsOpenSora.reason}`}>
            {say(`${name} cannot run Open-Sora: ${runsOpenSora.reason}.`)}
          </p>
        ))}
    </>
  );
}

function Row({ row, whole }: { row: MemoryRow; whole: number }) {
  const say = useSay();
  return (
    <tr>
      <th scope="row" className={row.isInstance ? 'instance' : undefined}>
        {say(row.label)}
        {row.detail && <small className="inline"> {say(row.detail)}</small>}
      </th>
      <td className="bar">
        <DeviceMemoryBar row={row} whole={whole} />
      </td>
      {[row.free, row.used, row.kept ?? null, row.total].map((bytes, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: four fixed columns
        <td className="figure" key={index}>
          <Size of={bytes} />
        </td>
      ))}
      <td>
        {!row.isInstance &&
          (isUnavailable(row.holders) ? <span className="missing">–</span> : say(row.holders.join('; ')))}
      </td>
    </tr>
  );
}

/** A dash for what is missing: why stands below, once for all that is missing for the same reason. */
function Size({ of }: { of: Reading<number> | null }) {
  if (of === null || isUnavailable(of)) return <span className="missing">–</span>;
  return <>{gib(of, 1)}</>;
}
