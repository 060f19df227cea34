import type { Machine } from '../../../src-main/contract/machine.js';
import { UsageError } from '../../../src-main/contract/usage-error.js';
import { type Judged, judgedGpu, ownGpu } from '../../../src-main/predict/judged-gpu.js';
import type { Draft } from './draft.js';

/** The GPU that a draft is judged for, and what is wrong with its memory where that was given. */
export function judgedOf(
  { gpu, gpuMemory }: Pick<Draft, 'gpu' | 'gpuMemory'>,
  machine: Machine | undefined,
): { judged: Judged; error: string | undefined } {
  const nobody: Judged = { judgedGpu: null, speed: { of: 'unknown', reason: 'no GPU was named' } };
  try {
    if (gpuMemory.trim() !== '') return { judged: judgedGpu({ gpuMemory }, null), error: undefined };
    if (gpu !== null) return { judged: judgedGpu({ gpu }, null), error: undefined };
    return { judged: (machine && ownGpu(machine.gpus)) ?? nobody, error: undefined };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { judged: nobody, error: error.message };
  }
}

/** The same for a question to the main side, which takes its own GPU where none is named. */
export function askedGpuOf({ gpu, gpuMemory }: Pick<Draft, 'gpu' | 'gpuMemory'>) {
  if (gpuMemory.trim() !== '') return { gpuMemory: gpuMemory.trim() };
  return gpu === null ? {} : { gpu };
}
