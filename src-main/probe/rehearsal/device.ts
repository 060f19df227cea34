import { isUnavailable, known, type Reading } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import type { Gpu } from '../../contract/machine.js';
import type { Provider } from '../messages.js';
import type { Sampler } from '../sampler.js';
import type { RehearsalJob } from './job.js';

/** A device that a rehearsal runs on, beside others of its kind. */
export interface RehearsalDevice {
  /** Null where it is no GPU of NVIDIA's. */
  gpu: Gpu | null;
  provider: Provider;
  name: string;
  /** Variables for the worker: CUDA's libraries, the one GPU that it sees. */
  env: Record<string, string>;
  sampler: Sampler;
  /** Free now, of the device. Bytes. */
  freeBytes(): Promise<Reading<number>>;
  /** Free when the verdict was made; null where that is not known. */
  freeAtVerdictBytes: number | null;
  /** Who has the device's memory now, such as `python (pid 4242) 61.2 GiB`; empty where that is not known. */
  holders(): Promise<string[]>;
  /** What it may hold at the most, where a smaller device than this is judged; null where it may hold all. */
  limitBytes: number | null;
  /** Its memory is the host's: a CPU, or a GPU without memory of its own. */
  onHost: boolean;
}

/** Left of the host's free memory, whatever is rehearsed. */
export const hostReserveBytes = 2 * 2 ** 30;

/** Why a rehearsal is not begun for want of memory. */
export interface Shortage {
  cause: string;
  missingBytes: number;
}

/** All that the device must hold at some time of the rehearsal. Bytes. */
export function mostBytes({ expectedPeakBytes, otherPhases }: RehearsalJob): number {
  return Math.max(expectedPeakBytes, ...otherPhases.map(({ bytes }) => bytes));
}

/**
 * Whether there is memory to begin with: never more of the host than is free less 2 GiB, and nothing is taken from a
 * device on which others have taken what was free at the verdict.
 *
 * @param hostFreeBytes free on the host now
 */
export async function shortageOf(
  job: RehearsalJob,
  device: RehearsalDevice,
  hostFreeBytes: number,
): Promise<Shortage | null> {
  const most = mostBytes(job);
  const room = Math.max(0, hostFreeBytes - hostReserveBytes);
  if (device.onHost && most > room) {
    const has = `${formatGiB(hostFreeBytes)} of the host is free, 2 GiB of it kept back`;
    return { cause: `not begun: it would hold ${formatGiB(most)}, and ${has}`, missingBytes: most - room };
  }
  const free = known(await device.freeBytes());
  const before = device.freeAtVerdictBytes;
  if (free === undefined || before === null || most <= free || most > before) return null;
  const holders = await device.holders();
  const who = holders.length === 0 ? '' : `, held by ${holders.join(', ')}`;
  const cause = `not begun: it would hold ${formatGiB(most)}; ${formatGiB(before)} were free at the verdict and ${formatGiB(free)} are now${who}`;
  return { cause, missingBytes: most - free };
}

/** By how much memory fell short, once it has: of what the device was to hold, what was not free at the beginning. */
export function fellShort(
  job: RehearsalJob,
  { limitBytes }: RehearsalDevice,
  freeBytes: Reading<number>,
  wantedBytes: number | null,
): Reading<number> {
  const room = limitBytes ?? freeBytes;
  if (!isUnavailable(room) && mostBytes(job) > room) return mostBytes(job) - room;
  if (wantedBytes !== null) return wantedBytes;
  return isUnavailable(room)
    ? room
    : { unavailable: 'it should have fitted into what was free, so that what was missing is not known' };
}
