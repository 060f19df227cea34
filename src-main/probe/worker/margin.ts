import { classify } from './classify.js';
import type { CudaMemory } from './cuda-ballast.js';

/**
 * Ballast beside all else with which a step still runs, in bytes: the verdict's reserve first, then all that is left. It
 * is held when this returns.
 * @throws Error where a step fails for another reason than memory
 */
export async function raisedMargin(
  memory: Pick<CudaMemory, 'hold' | 'holdRest'>,
  reserveBytes: number,
  step: () => Promise<unknown>,
): Promise<number> {
  let margin = 0;
  for (const raise of [() => memory.hold(reserveBytes), memory.holdRest]) {
    try {
      const raised = await raise();
      await step();
      margin += raised.bytes;
    } catch (error) {
      if (classify(error).status !== 'out-of-memory') throw error;
      break;
    }
  }
  return margin;
}
