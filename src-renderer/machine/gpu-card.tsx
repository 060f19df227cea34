import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatGiB } from '../../src-main/contract/format.js';
import type { Gpu } from '../../src-main/contract/machine.js';
import { Facts } from '../report/bits.js';
import { columnOf, gpuPageColumns, settingLines } from '../report/machine-words.js';
import { useSay } from '../report/say.js';
import { DeviceMemoryBar, DeviceMemoryKey } from './device-memory-bar.js';
import { largestTotal, type MemoryRow, memoryRows } from './memory-rows.js';

/** One GPU in full: its memory as a bar, who holds it, how it fares and how it is set. */
export function GpuCard({ gpu }: { gpu: Gpu }) {
  const say = useSay();
  const rows = memoryRows([gpu]);
  const whole = largestTotal(rows);
  const fares = gpuPageColumns.flatMap((column) => {
    const value = columnOf(gpu, column);
    return isUnavailable(value) ? [] : [[column.name, value as string] as const];
  });
  return (
    <div className="gpu">
      <h3>{say(`${gpu.index === null ? 'Hidden' : `GPU ${gpu.index}`}: ${gpu.name}`)}</h3>
      {rows.map((row) => (
        <div key={row.label}>
          {row.isInstance && (
            <p>
              {row.label} <small className="inline">{say(row.detail)}</small>
            </p>
          )}
          <DeviceMemoryBar row={row} whole={whole} />
          <p>{say(sizesOf(row))}</p>
        </div>
      ))}
      <DeviceMemoryKey />
      {!gpu.runsOpenSora.ok && (
        <p className="bad">{say(`Cannot run Open-Sora: ${gpu.runsOpenSora.reason}.`)}</p>
      )}
      <Facts facts={[['Held by', heldBy(rows[0]!)], ...fares, ...settingLines([gpu])]} />
    </div>
  );
}

function sizesOf({ free, used, kept, total }: MemoryRow): string {
  const words = (name: string, bytes: number | undefined) =>
    bytes === undefined ? [] : [`${formatGiB(bytes)} ${name}`];
  if (isUnavailable(free)) return `Memory not read: ${free.unavailable}`;
  const parts = [...words('used', known(used)), ...words('kept by the driver', kept)];
  return [
    `${formatGiB(free)} free of ${known(total) === undefined ? 'an unknown total' : formatGiB(known(total)!)}`,
    ...parts,
  ].join(', ');
}

function heldBy({ holders }: MemoryRow): string {
  if (isUnavailable(holders)) return `not known: ${holders.unavailable}`;
  return holders.join('; ');
}
