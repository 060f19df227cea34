import type { Cuda } from '../../machine/cuda-driver.js';
import { deviceMemory, openGpu, pinnedMemory } from './gpu.js';
import type { MeasuredRate } from './messages.js';
import { withScope } from './scope.js';
import { bestSeconds } from './timed.js';

/** Far more than a GPU's caches hold (126 MB on B200), so that its memory is measured and not they. */
const copyBytes = 256 * 2 ** 20;
/** Enough to fill a slot, and pages that the host finds quickly. */
const hostBytes = 64 * 2 ** 20;
/** Wall seconds for each of the five rates. */
const limitSeconds = 0.5;

/** Told each rate as it is measured. */
export type OnRate = (rate: MeasuredRate) => Promise<void>;

/**
 * The rates of one GPU's memory in bytes a second, on 512 MiB of it: copies within it (bytes read and written both
 * count, as in NVIDIA's bandwidthTest), from and to the host's pageable memory, and from and to pinned memory.
 *
 * @throws CudaError where the driver fails; what was measured before has been told
 */
export function measureCopies(cuda: Cuda, tell: OnRate): Promise<void> {
  return withScope(async (scope) => {
    const gpu = openGpu(cuda, scope, 0);
    const [from, to] = [0, 1].map(() => deviceMemory(cuda, scope, gpu, copyBytes)) as [bigint, bigint];
    const measure = async (id: MeasuredRate['id'], bytes: number, enqueue: () => void) => {
      const value = bytes / (await bestSeconds(cuda, gpu, enqueue, limitSeconds));
      // Told before the next begins: a call that hangs takes nothing of it away.
      await tell({ id, gpu: 0, peer: null, value });
    };
    const { stream } = gpu;
    await measure('device-copy', 2 * copyBytes, () =>
      cuda.call('cuMemcpyDtoDAsync_v2', to, from, copyBytes, stream),
    );
    const bothWays = async (kind: 'pageable' | 'pinned', host: Buffer | bigint) => {
      await measure(`host-to-device-${kind}`, hostBytes, () =>
        cuda.call('cuMemcpyHtoDAsync_v2', to, host, hostBytes, stream),
      );
      await measure(`device-to-host-${kind}`, hostBytes, () =>
        cuda.call('cuMemcpyDtoHAsync_v2', host, from, hostBytes, stream),
      );
    };
    // Filled: pages that were never written are one page of zeros.
    await bothWays('pageable', Buffer.alloc(hostBytes, 1));
    await bothWays('pinned', pinnedMemory(cuda, scope, hostBytes));
  });
}
