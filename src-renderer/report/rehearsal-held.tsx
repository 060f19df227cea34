import { isUnavailable, known } from '../../src-main/contract/evidence.js';
import { formatGiB, gib } from '../../src-main/contract/format.js';
import type { HeldPart, RehearsalAttempt } from '../../src-main/contract/rehearsal.js';
import { HeldBar } from '../charts/held-bar.js';
import { Swatch } from '../charts/swatch.js';
import { LeftOver, Value } from './bits.js';
import { deviceName, fullestDevice, partsHeld } from './rehearsal-words.js';
import { useSay } from './say.js';

/** What the fullest device held, part by part: run in the graph, held as ballast, and what was left. */
export function HeldTable({ attempt }: { attempt: RehearsalAttempt }) {
  const say = useSay();
  const device = fullestDevice(attempt);
  const { run, ballast, runBytes, ballastBytes } = partsHeld(attempt);
  const peak = known(device.peakBytes);
  const free = known(device.freeBytes);
  const margin = known(device.marginBytes);
  const ran = peak === undefined ? null : Math.max(0, peak - device.ballastBytes);
  const name = deviceName(device);
  const fullest =
    attempt.devices.length > 1 ? `What the fullest device held, ${name}, GiB` : `What ${name} held, GiB`;
  const title = peak === undefined ? 'What each device was to hold, GiB' : fullest;
  return (
    <>
      <h3>{say(title)}</h3>
      {ran !== null && free !== undefined && (
        <HeldBar
          held={[ran, device.ballastBytes, margin ?? 0]}
          totalBytes={Math.max(free, ran + device.ballastBytes + (margin ?? 0))}
          label={say(
            `${formatGiB(peak!)} in use of the ${formatGiB(free)} that were free. The table below has its parts.`,
          )}
        />
      )}
      <table className="dense held">
        <thead>
          <tr>
            <th scope="col">{say('Part')}</th>
            <th scope="col" className="figure">
              {say('Expected')}
            </th>
            <th scope="col" className="figure">
              {say('Rehearsed')}
            </th>
          </tr>
        </thead>
        <HeldGroup place={0} name="Run in the graph" parts={run} expected={runBytes} rehearsed={ran} />
        <HeldGroup
          place={1}
          name="Held as ballast"
          parts={ballast}
          expected={ballastBytes}
          rehearsed={ran === null ? null : device.ballastBytes}
        />
        <tfoot>
          <tr className="total">
            <th scope="row">{say('In use at the peak')}</th>
            <td className="figure">{gib(attempt.expected.peakBytes, 2)}</td>
            <td className="figure">
              <Value of={device.peakBytes}>{(bytes) => gib(bytes, 2)}</Value>
            </td>
          </tr>
          {peak !== undefined && (
            <tr>
              <th scope="row">
                <Swatch index={2} /> {say('Margin')}{' '}
                <small>
                  {say(
                    device.gpu === null
                      ? 'what was free beyond the peak, worked out'
                      : 'ballast beyond the run’s own, held while a step ran',
                  )}
                </small>
              </th>
              <td />
              <td className="figure">
                <Value of={device.marginBytes}>{(bytes) => gib(bytes, 2)}</Value>
              </td>
            </tr>
          )}
          {device.gpu !== null && free !== undefined && peak !== undefined && margin !== undefined && (
            <tr>
              <th scope="row">
                {say('Free beyond that')} <small>{say(`${gib(free, 2)} were free when it began`)}</small>
              </th>
              <td />
              <td className="figure">
                <LeftOver bytes={free - peak - margin} />
              </td>
            </tr>
          )}
          {!isUnavailable(device.deviceBytes) && (
            <tr>
              <th scope="row">{say('Taken of the device, by its driver or the system')}</th>
              <td />
              <td className="figure">{gib(device.deviceBytes, 2)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </>
  );
}

interface HeldGroupProps {
  /** In the bar above. */
  place: number;
  name: string;
  parts: readonly HeldPart[];
  expected: number;
  rehearsed: number | null;
}

function HeldGroup({ place, name, parts, expected, rehearsed }: HeldGroupProps) {
  const say = useSay();
  return (
    <tbody>
      <tr className="total">
        <th scope="rowgroup">
          <Swatch index={place} /> {say(name)}
        </th>
        <td className="figure">{gib(expected, 2)}</td>
        <td className="figure">
          {rehearsed === null ? <span className="missing">–</span> : gib(rehearsed, 2)}
        </td>
      </tr>
      {parts.map((part) => (
        <tr key={part.id}>
          <th scope="row">
            {say(part.name)} <small>{say(part.note)}</small>
          </th>
          <td className="figure">{gib(part.bytes, 2)}</td>
          <td />
        </tr>
      ))}
    </tbody>
  );
}
