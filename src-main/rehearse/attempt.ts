import { isUnavailable, known, type Reading, unavailable } from '../contract/evidence.js';
import { formatGiB } from '../contract/format.js';
import type { RehearsalAttempt, RehearsalStatus, RehearsedDevice } from '../contract/rehearsal.js';
import type { Target } from '../contract/target.js';
import { settingsOf } from '../decide/settings.js';
import { median } from '../probe/statistics.js';
import type { RehearsalWork } from './work.js';

/** What came of one attempt: of several devices the worst counts. */
export function attemptOf(
  target: Target,
  work: Omit<RehearsalWork, 'job'>,
  devices: RehearsedDevice[],
): RehearsalAttempt {
  const { bucket, graph, parts, heldPhase, expected } = work;
  return {
    settings: settingsOf(target),
    bucket,
    status: worstStatus(devices),
    graph,
    parts,
    heldPhase,
    expected,
    rehearsed: {
      peakBytes: highest(devices.map(({ peakBytes }) => peakBytes)),
      secondsPerStep: highest(devices.map(warmSeconds)),
    },
    devices,
  };
}

/** By how much memory fell short, of the device that lacked the most. Bytes. */
export function missingOf({ devices }: Pick<RehearsalAttempt, 'devices'>): Reading<number> {
  const missing = devices
    .filter(({ status }) => status === 'out-of-memory')
    .flatMap(({ missingBytes }) => known(missingBytes) ?? []);
  return missing.length === 0
    ? unavailable('no device says by how much memory fell short')
    : Math.max(...missing);
}

/** From what counts most: where one device fails the others are cancelled, which says nothing of them. */
const order: readonly RehearsalStatus[] = [
  'out-of-memory',
  'crashed',
  'timed-out',
  'not-supported',
  'cancelled',
  'held',
];

function worstStatus(devices: readonly RehearsedDevice[]): RehearsalStatus {
  return order.find((status) => devices.some((device) => device.status === status))!;
}

/** The largest of readings; the first that is missing where any is, since that one may be larger. */
function highest(readings: readonly Reading<number>[]): Reading<number> {
  const missing = readings.find(isUnavailable);
  return missing ?? Math.max(...(readings as number[]));
}

/** Median of a device's steps without the first, which is cold. Seconds. */
function warmSeconds({ stepSeconds }: RehearsedDevice): Reading<number> {
  const warm = stepSeconds.slice(1);
  return warm.length === 0 ? unavailable('no step after the first one ended') : median(warm);
}

/**
 * A device that held more than the judged one has: its own memory did not stop it, as the judged one's would have.
 * @param otherBytes the most that was held of the phases that are not run
 */
export function withinLimit(
  row: RehearsedDevice,
  limitBytes: number | null,
  otherBytes: number,
): RehearsedDevice {
  const peak = known(row.peakBytes);
  if (row.status !== 'held' || limitBytes === null || peak === undefined) return row;
  const most = Math.max(peak, otherBytes);
  if (most <= limitBytes) return row;
  const cause = `it held ${formatGiB(most)} of the ${formatGiB(limitBytes)} that are judged`;
  const stage = peak > limitBytes ? 'steps' : 'other-phases';
  return { ...row, status: 'out-of-memory', cause, stage, missingBytes: most - limitBytes };
}
