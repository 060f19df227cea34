import { classify } from './classify.js';
import type { CudaMemory } from './cuda-ballast.js';

/**
 * Ballast beside all else with which a step still runs, in bytes: the verdict's reserve first, then all that is left, also
 * where that is less than the reserve. It is held when this returns.
 * @throws Error where a step fails for another reason than memory
 */
export async function raisedMargin(
  memory: Pick<CudaMemory, 'hold' | 'holdRest'>,
  reserveBytes: number,
  step: () => Promise<unknown>,
): Promise<number> {
  let margin = 0;
  for (const raise of [() => memory.hold(reserveBytes), memory.holdRest]) {
    const raised = await unlessOutOfMemory(raise);
    if (raised === null) continue;
    if ((await unlessOutOfMemory(step)) === null) break;
    margin += raised.bytes;
  }
  return margin;
}

/** Null where memory ran out. @throws Error where it fails for another reason */
async function unlessOutOfMemory<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    if (classify(error).status !== 'out-of-memory') throw error;
    return null;
  }
}
