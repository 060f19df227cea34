import { known } from './reading.js';
import type { RehearsalAttempt, RehearsedDevice } from './rehearsal.js';

/** Steps that every device ended. */
export function stepsHeld({ devices }: Pick<RehearsalAttempt, 'devices'>): number {
  return Math.min(...devices.map(({ stepSeconds }) => stepSeconds.length));
}

/** The least that a device had left, in bytes; undefined where none says. */
export function leastMargin({ devices }: RehearsalAttempt): number | undefined {
  const margins = devices.flatMap(({ marginBytes }) => known(marginBytes) ?? []);
  return margins.length === 0 ? undefined : Math.min(...margins);
}

/** The device that the attempt ended by: the first that did not hold in the way of the whole, else the first. */
export function decidingDevice({ devices, status }: RehearsalAttempt): RehearsedDevice {
  return devices.find((device) => device.status === status) ?? devices[0]!;
}

/** Why an attempt ended as it did, in one line; empty where it held. */
export function attemptCause(attempt: RehearsalAttempt): string {
  return decidingDevice(attempt).cause;
}
