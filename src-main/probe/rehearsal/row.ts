import { isUnavailable, type Reading, unavailable } from '../../contract/evidence.js';
import type { RehearsalStage, RehearsedDevice } from '../../contract/rehearsal.js';
import type { Profiled } from '../messages.js';
import type { Sampled } from '../sampler.js';
import type { WorkerEnd } from '../supervise.js';
import { fellShort, type RehearsalDevice } from './device.js';
import type { RehearsalJob } from './job.js';
import type { RehearsalMessage } from './messages.js';

/** What a worker told before its end. */
export interface Told {
  stage: RehearsalStage;
  stepSeconds: number[];
  profiled: Reading<Profiled>;
  held: Extract<RehearsalMessage, { type: 'held' }> | null;
  wantedBytes: number | null;
  /** What was sampled until the margin was raised, which is no part of the run; null where it did not come to that. */
  sampled: Promise<Sampled> | null;
  /** It was ended for holding more than is judged. */
  overLimit: boolean;
}

/** The row of a device by how its worker ended and what that told before. */
export function rowOf(
  job: RehearsalJob,
  device: RehearsalDevice,
  { status, cause }: Pick<WorkerEnd, 'status' | 'cause'>,
  { stage, stepSeconds, profiled, held, wantedBytes }: Told,
  freeBytes: Reading<number>,
): RehearsedDevice {
  const none = unavailable(cause || status);
  const live = isUnavailable(profiled) ? profiled : profiled.liveBytes;
  const steps = isUnavailable(live) ? live : job.residentBytes + live + job.ballastBytes;
  const peakBytes = status === 'ok' ? steps : none;
  const resident = held?.residentPeakBytes ?? null;
  return {
    gpu: device.gpu?.index ?? null,
    name: device.name,
    status: status === 'ok' ? 'held' : status,
    cause,
    stage: status === 'ok' ? null : stage,
    missingBytes:
      status === 'out-of-memory'
        ? fellShort(job, device, freeBytes, wantedBytes)
        : unavailable('memory did not run out'),
    freeBytes,
    stepSeconds,
    peakBytes,
    deviceBytes: resident ?? (status === 'ok' ? unavailable('the system does not say') : none),
    ballastBytes: job.ballastBytes,
    marginBytes:
      status === 'ok' ? marginOf(held!.marginBytes, device, freeBytes, withPhases(peakBytes, job)) : none,
    conditions: none,
  };
}

/** Where another GPU is judged, memory that ran out here below its limit says nothing of it. */
export function ofThisMachine(
  row: RehearsedDevice,
  { limitBytes }: RehearsalDevice,
  { overLimit }: Told,
): RehearsedDevice {
  if (limitBytes === null || overLimit || row.status !== 'out-of-memory') return row;
  const cause = `memory of this machine ran out, which says nothing of the GPU that is judged: ${row.cause}`;
  return { ...row, status: 'not-supported', cause };
}

/** The phases that were held by ballast are held at their size. */
function withPhases(steps: Reading<number>, job: RehearsalJob): Reading<number> {
  if (isUnavailable(steps)) return steps;
  return Math.max(steps, ...job.otherPhases.map(({ bytes }) => bytes));
}

/** Held by ballast where that was raised; else what is left of the limit or of what was free. */
function marginOf(
  raised: number | null,
  { limitBytes }: RehearsalDevice,
  freeBytes: Reading<number>,
  most: Reading<number>,
): Reading<number> {
  if (raised !== null) return raised;
  const room = limitBytes ?? freeBytes;
  if (isUnavailable(room)) return room;
  return isUnavailable(most) ? most : Math.max(0, room - most);
}
