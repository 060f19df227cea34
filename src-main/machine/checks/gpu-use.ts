import { isUnavailable, known } from '../../contract/evidence.js';
import { formatGiB } from '../../contract/format.js';
import { withoutIndex } from '../../contract/gpu-names.js';
import type { Check, Gpu, GpuProcess } from '../../contract/machine.js';
import { processMemory, profileOf } from '../../contract/process-memory.js';
import { look, nvidiaOf, overGpus, passed, usableOf, withReadings } from './check.js';

/** More than a display and the driver's own share on an idle GPU: somebody works there. A judgement. */
const busyBytes = 2 ** 30;
/** A display takes a few percent of a GPU's time, somebody's work more. A judgement. */
const busyPercent = 15;
/** Of its memory, what an idle GPU has free at the least. A judgement. */
const freeShare = 0.9;

/** Who holds a GPU's memory or computes on it. Null without NVIDIA GPUs. */
export function gpuBusy(gpus: readonly Gpu[]): Check | null {
  const nvidia = nvidiaOf(gpus);
  const id = 'gpu-busy';
  if (nvidia.length === 0) return null;
  const busy = nvidia.flatMap((gpu) => {
    const held = heldBy(gpu);
    return held === '' ? [] : [`${label(gpu)}: ${held}`];
  });
  if (busy.length > 0) {
    const action = 'Wait for them to end, or choose other GPUs; the verdict counts only what is free now.';
    return { id, status: 'look', text: `Others use GPUs. ${busy.join('; ')}`, action };
  }
  const unread = nvidia.filter(isUnread);
  if (unread.length === 0)
    return { id, status: 'pass', text: 'Nobody else works on the NVIDIA GPUs', action: '' };
  const text = `Whether others use it could not be read: ${unread.map(label).join(', ')}`;
  return { id, status: 'not-tested', text, action: 'Look with nvidia-smi before trusting a memory verdict.' };
}

/** Whether a small job could go unseen: with neither the memory in use, nor a list of processes or the load. */
function isUnread({ memory, processes, detail }: Gpu): boolean {
  const load = isUnavailable(detail) ? detail : detail.utilization.gpuPercent;
  return isUnavailable(memory.usedBytes) || (isUnavailable(processes) && isUnavailable(load));
}

/** Empty where nobody is seen. */
function heldBy({ processes, memory, detail }: Gpu): string {
  const holders = known(processes)?.map(describeHolder) ?? [];
  if (holders.length > 0) return holders.join(', ');
  const used = known(memory.usedBytes) ?? 0;
  if (used > busyBytes) return `${formatGiB(used)} in use, by whom is not known`;
  const percent = isUnavailable(detail) ? undefined : known(detail.utilization.gpuPercent);
  if (percent !== undefined && percent >= busyPercent) return `${percent} % busy, by whom is not known`;
  return '';
}

function label(gpu: Gpu): string {
  const { index, name, uuid } = gpu;
  return index === null ? `${name} (${known(uuid) ?? withoutIndex(gpu)})` : `GPU ${index} (${name})`;
}

function describeHolder(process: GpuProcess): string {
  const name = typeof process.name === 'string' ? ` (${process.name})` : '';
  const held = typeof process.usedBytes === 'number' ? formatGiB(process.usedBytes) : 'an unknown amount';
  return `pid ${process.pid}${name} holds ${held}`;
}

/** Free memory of each GPU that a run would use, or of the instance that it gets, against all that there is. */
export function gpuFree(gpus: readonly Gpu[]): Check | null {
  return overGpus('gpu-free', usableOf(gpus), (gpu) => {
    const { instance, freeBytes, totalBytes } = processMemory(gpu);
    return withReadings<[number, number]>([freeBytes, totalBytes], (free, total) => {
      const of = instance === null ? '' : `, of its instance ${profileOf(instance)}`;
      const text = `${formatGiB(free)} free of ${formatGiB(total)}${of}`;
      return free >= freeShare * total
        ? passed(text)
        : look(text, 'A run gets what is free: see gpu-busy for who has the rest.');
    });
  });
}
