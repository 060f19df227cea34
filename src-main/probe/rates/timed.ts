import type { Cuda } from '../../machine/cuda-driver.js';
import type { OpenGpu } from './gpu.js';
import { withScope } from './scope.js';

/** A sample holds as many copies as take this long together, so that the events' half microsecond is nothing. */
const sampleSeconds = 0.02;
const mostCopies = 64;
const samples = 5;

/** Copies in a sample, by how long the first one after the warm-up took. */
export function copiesPerSample(secondsOfOne: number): number {
  return Math.max(1, Math.min(mostCopies, Math.ceil(sampleSeconds / Math.max(secondsOfOne, 1e-9))));
}

/**
 * Seconds that one copy takes at its best: warmed up, then the fastest of five samples, timed by events on the GPU's
 * own clock (`cuEventElapsedTime`, milliseconds in a float). One sample is enough where the limit has passed.
 *
 * @param enqueue puts one copy on the GPU's stream
 * @param limitSeconds wall time after which no further sample is begun
 * @throws CudaError
 */
export function bestSeconds(
  cuda: Cuda,
  gpu: OpenGpu,
  enqueue: () => void,
  limitSeconds: number,
): Promise<number> {
  return withScope(async (scope) => {
    cuda.call('cuCtxSetCurrent', gpu.context);
    const event = () => {
      const made = cuda.make('cuEventCreate', 0);
      scope.defer(() => cuda.call('cuEventDestroy_v2', made));
      return made;
    };
    const [first, last] = [event(), event()];
    const elapsed = Buffer.alloc(4);
    const timed = (copies: number): number => {
      cuda.call('cuEventRecord', first, gpu.stream);
      for (let copy = 0; copy < copies; copy++) enqueue();
      cuda.call('cuEventRecord', last, gpu.stream);
      cuda.call('cuEventSynchronize', last);
      cuda.call('cuEventElapsedTime', elapsed, first, last);
      return elapsed.readFloatLE() / 1000 / copies;
    };
    const end = performance.now() + limitSeconds * 1000;
    timed(1);
    const copies = copiesPerSample(timed(1));
    let best = timed(copies);
    for (let sample = 1; sample < samples && performance.now() < end; sample++)
      best = Math.min(best, timed(copies));
    // A clock that stood still has measured nothing.
    if (!(best > 0)) throw new Error('the GPU says that a copy took no time');
    return best;
  });
}
