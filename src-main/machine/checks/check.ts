import { isUnavailable, type Reading } from '../../contract/evidence.js';
import { gpuNames } from '../../contract/gpu-names.js';
import type { Check, Gpu } from '../../contract/machine.js';

type Status = Check['status'];

/** What one GPU, link or source is found to be; `action` where it does not pass. */
export interface Judgement {
  status: Status;
  text: string;
  action?: string;
}

export const passed = (text: string): Judgement => ({ status: 'pass', text });
export const look = (text: string, action: string): Judgement => ({ status: 'look', text, action });
export const failed = (text: string, action: string): Judgement => ({ status: 'fail', text, action });
export const notTested = (text: string): Judgement => ({ status: 'not-tested', text });

/** Worst first: what was not tested is worse than what passed. */
const order: readonly Status[] = ['fail', 'look', 'not-tested', 'pass'];

/** GPUs that CUDA drives. */
export const nvidiaOf = (gpus: readonly Gpu[]) => gpus.filter(({ vendor }) => vendor === 'nvidia');
/** Of those, the ones that this process may use and Open-Sora runs on. */
export const usableOf = (gpus: readonly Gpu[]) =>
  nvidiaOf(gpus).filter(({ index, runsOpenSora }) => index !== null && runsOpenSora.ok);

/**
 * One check over some GPUs: as bad as its worst one. Names those that are as bad as that, equal ones together, and those
 * that could not be read; null where there is no GPU to check.
 */
export function overGpus(id: string, gpus: readonly Gpu[], judge: (gpu: Gpu) => Judgement): Check | null {
  if (gpus.length === 0) return null;
  const judged = gpus.map((gpu) => ({ gpu, ...asFarAsUsed(gpu, judge(gpu)) }));
  const status = order.find((each) => judged.some((one) => one.status === each))!;
  const told = judged.filter((one) => one.status === status);
  const unread = status === 'not-tested' ? [] : judged.filter((one) => one.status === 'not-tested');
  const actions = new Set(told.flatMap(({ action }) => (action ? [action] : [])));
  return {
    id,
    status,
    text: [...grouped(told), ...grouped(unread)].join('; '),
    action: [...actions].join(' '),
    gpus: told.flatMap(({ gpu: { index } }) => index ?? []),
  };
}

/** What is wrong with a GPU that is hidden from CUDA stops nothing. */
function asFarAsUsed({ index }: Gpu, judgement: Judgement): Judgement {
  return index === null && judgement.status === 'fail' ? { ...judgement, status: 'look' } : judgement;
}

function grouped(judged: readonly { gpu: Gpu; text: string }[]): string[] {
  const gpusByText = new Map<string, Gpu[]>();
  for (const { gpu, text } of judged) gpusByText.set(text, [...(gpusByText.get(text) ?? []), gpu]);
  return [...gpusByText].map(([text, gpus]) => `${gpuNames(gpus)}: ${text}`);
}

/** Judges readings that are all there; else says which is not, and why. */
export function withReadings<T extends readonly unknown[]>(
  readings: { [K in keyof T]: Reading<T[K]> },
  judge: (...values: T) => Judgement,
): Judgement {
  const missing = readings.find(isUnavailable);
  if (missing !== undefined) return notTested(`not read: ${missing.unavailable}`);
  return judge(...(readings as unknown as T));
}
