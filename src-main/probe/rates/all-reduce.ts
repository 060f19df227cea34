import { isUnavailable } from '../../contract/evidence.js';
import type { Cuda } from '../../machine/cuda-driver.js';
import type { OnRate } from './copies.js';
import { deviceMemory, openGpu } from './gpu.js';
import { type Nccl, ncclFloat32, ncclSum, openNccl } from './nccl.js';
import { withScope } from './scope.js';

/** A payload that most of the rate is reached at; NCCL has buffers of its own beside it. */
export const reduceBytes = 256 * 2 ** 20;
const rounds = 5;
/** In a round, so that the launch is small beside it. */
const repeats = 4;

/**
 * Bus bandwidth that nccl-tests' PERFORMANCE.md defines: what crosses each GPU's links, which does not depend on how
 * many GPUs take part.
 */
export function busBandwidth(bytes: number, seconds: number, gpus: number): number {
  return (bytes / seconds) * ((2 * (gpus - 1)) / gpus);
}

/**
 * Sums fp32 over all GPUs in one process and tells the bus bandwidth of the fastest of five rounds; of the round's
 * GPUs the slowest counts. The rate stands at the first GPU.
 *
 * @throws CudaError or Error where the driver or NCCL fails
 */
export async function measureAllReduce(cuda: Cuda, count: number, tell: OnRate): Promise<void> {
  const nccl = openNccl();
  const value = isUnavailable(nccl) ? nccl : await busRate(cuda, nccl, count);
  await tell({ id: 'all-reduce', gpu: 0, peer: null, value });
}

function busRate(cuda: Cuda, nccl: Nccl, count: number): Promise<number> {
  return withScope(async (scope) => {
    const gpus = Array.from({ length: count }, (_, number) => openGpu(cuda, scope, number));
    const ranks = gpus.map((gpu) => {
      const memory = deviceMemory(cuda, scope, gpu, reduceBytes);
      const events = [0, 1].map(() => cuda.make('cuEventCreate', 0)) as [bigint, bigint];
      for (const event of events) scope.defer(() => cuda.call('cuEventDestroy_v2', event));
      return { ...gpu, memory, events };
    });
    const handles = Buffer.alloc(8 * count);
    // No list of devices: all from the first on.
    nccl.call('ncclCommInitAll', handles, count, null);
    const communicators = ranks.map((_, rank) => handles.readBigUInt64LE(8 * rank));
    for (const communicator of communicators) scope.defer(() => nccl.call('ncclCommDestroy', communicator));

    const record = (which: 0 | 1) => {
      for (const { context, events, stream } of ranks) {
        cuda.call('cuCtxSetCurrent', context);
        cuda.call('cuEventRecord', events[which], stream);
      }
    };
    const round = (): number => {
      record(0);
      for (let repeat = 0; repeat < repeats; repeat++) {
        nccl.call('ncclGroupStart');
        for (const [rank, { memory, stream }] of ranks.entries()) {
          const elements = reduceBytes / 4;
          const communicator = communicators[rank]!;
          nccl.call('ncclAllReduce', memory, memory, elements, ncclFloat32, ncclSum, communicator, stream);
        }
        nccl.call('ncclGroupEnd');
      }
      record(1);
      const elapsed = Buffer.alloc(4);
      const seconds = ranks.map(({ context, events: [first, last] }) => {
        cuda.call('cuCtxSetCurrent', context);
        cuda.call('cuEventSynchronize', last);
        cuda.call('cuEventElapsedTime', elapsed, first, last);
        return elapsed.readFloatLE() / 1000 / repeats;
      });
      return Math.max(...seconds);
    };
    round(); // NCCL sets its channels up in the first
    const best = Math.min(...Array.from({ length: rounds }, round));
    if (!(best > 0)) throw new Error('the GPU says that an all-reduce took no time');
    return busBandwidth(reduceBytes, best, count);
  });
}
