import { isUnavailable, unavailable } from '../../src-main/contract/evidence.js';
import { formatSeconds, gib, secondsColumn } from '../../src-main/contract/format.js';
import type { RehearsalAttempt, RehearsedDevice } from '../../src-main/contract/rehearsal.js';
import { StepsLine, stepsRange } from '../charts/steps-line.js';
import { WideTable } from './bits.js';
import { type Column, ColumnCell, Footnotes, missingReasons } from './columns.js';
import { conditionColumns } from './condition-words.js';
import { said } from './machine-words.js';
import { deviceName, rehearsalWords } from './rehearsal-words.js';
import { useSay } from './say.js';
import { Status } from './status.js';

/** Each device's steps, memory and heat; nothing where none came to a step. */
export function DevicesTable({ attempt: { devices } }: { attempt: RehearsalAttempt }) {
  const say = useSay();
  if (devices.every(({ stepSeconds, peakBytes }) => stepSeconds.length === 0 && isUnavailable(peakBytes)))
    return null;
  const columns = columnsFor(devices);
  const reasons = missingReasons(devices, columns);
  const range = stepsRange(devices.map(warmSteps));
  const anySteps = devices.some((device) => warmSteps(device).length > 1);
  return (
    <>
      <h3>{say('Each device, memory in GiB')}</h3>
      <WideTable label="Table of devices that rehearsed">
        <table className="dense probes">
          <thead>
            <tr>
              <th scope="col">{say('device')}</th>
              <th scope="col">{say('ended as')}</th>
              {columns.map(({ name, words }) => (
                <th scope="col" className={words ? undefined : 'figure'} key={name}>
                  {say(name)}
                </th>
              ))}
              {anySteps && <th scope="col">{say('steps after the first')}</th>}
            </tr>
          </thead>
          <tbody>
            {devices.map((device, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: devices without an index have nothing else
              <tr key={index}>
                <th scope="row">{say(deviceName(device))}</th>
                <td className="reason nowrap">
                  <Status {...rehearsalWords[device.status]} />
                </td>
                {columns.map((column) => (
                  <ColumnCell key={column.name} column={column} of={device} reasons={reasons} />
                ))}
                {anySteps && (
                  <td className="reason curve">
                    <StepsLine steps={warmSteps(device)} range={range} label={stepsLabel(device)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      <Footnotes reasons={reasons} />
    </>
  );
}

/** The first step loads kernels, and says nothing of those that follow. */
const warmSteps = ({ stepSeconds }: RehearsedDevice) => stepSeconds.slice(1);

function stepsLabel(device: RehearsedDevice): string {
  const steps = warmSteps(device);
  return `${deviceName(device)}: steps after the first, from ${formatSeconds(steps[0] ?? 0)} to ${formatSeconds(steps.at(-1) ?? 0)}. Its row has the figures.`;
}

/** Steps, memory, and the conditions that were sampled. */
function columnsFor(devices: readonly RehearsedDevice[]): Column<RehearsedDevice>[] {
  const { unit, format } = secondsColumn(devices.flatMap(({ stepSeconds }) => stepSeconds));
  const seconds = (
    name: string,
    none: string,
    of: (device: RehearsedDevice) => number | undefined,
  ): Column<RehearsedDevice> => ({
    name: `${name} ${unit}`,
    read: (device) => {
      const value = of(device);
      return value === undefined ? unavailable(none) : format(value);
    },
  });
  const memory = (
    name: string,
    key: 'peakBytes' | 'deviceBytes' | 'marginBytes',
  ): Column<RehearsedDevice> => ({ name, read: (device) => said(device[key], (bytes) => gib(bytes, 2)) });
  const later = 'no step ended after the first';
  const sampled = devices.some(({ conditions }) => !isUnavailable(conditions));
  return [
    { name: 'steps', read: ({ stepSeconds }) => String(stepSeconds.length) },
    seconds('first', 'no step ended', ({ stepSeconds }) => stepSeconds[0]),
    seconds('median', later, (device) => median(warmSteps(device))),
    seconds('slowest', later, (device) => warmSteps(device).toSorted((a, b) => b - a)[0]),
    memory('peak', 'peakBytes'),
    memory('taken', 'deviceBytes'),
    memory('margin', 'marginBytes'),
    ...(sampled ? conditionColumns.filter(({ name }) => name !== 'PCIe gen') : []),
  ];
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
