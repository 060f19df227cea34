import type { RehearsedDevice } from '../../contract/rehearsal.js';
import type { RehearsalDevice } from './device.js';
import { type RehearsalOptions, runRehearsal } from './host.js';
import type { RehearsalJob } from './job.js';

/**
 * Holds the same job on every device at the same time: they share power, air and the host. Where one fails, the others
 * are cancelled, and say so. Progress is of the device that is least far.
 */
export async function rehearseOnAll(
  job: RehearsalJob,
  devices: readonly RehearsalDevice[],
  options: RehearsalOptions,
): Promise<RehearsedDevice[]> {
  const failing = new AbortController();
  const signal = AbortSignal.any([options.signal, failing.signal]);
  const steps = devices.map(() => 0);
  const rows = devices.map(async (device, index) => {
    const row = await runRehearsal(job, device, {
      ...options,
      signal,
      onProgress(progress) {
        steps[index] = progress.step;
        if (progress.step === Math.min(...steps)) options.onProgress(progress);
      },
    });
    if (row.status !== 'held' && row.status !== 'cancelled') failing.abort();
    return row;
  });
  const ended = await Promise.all(rows);
  if (options.signal.aborted) return ended;
  const others = 'ended because another device failed';
  return ended.map((row) => (row.status === 'cancelled' ? { ...row, cause: others } : row));
}
