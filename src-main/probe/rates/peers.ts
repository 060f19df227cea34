import type { Cuda } from '../../machine/cuda-driver.js';
import type { OnRate } from './copies.js';
import { deviceMemory, type OpenGpu, openGpu } from './gpu.js';
import { withScope } from './scope.js';
import { bestSeconds } from './timed.js';

/** In each of two buffers of every GPU. */
const copyBytes = 128 * 2 ** 20;
/** Wall seconds for each ordered pair. */
export const pairSeconds = 0.15;

/**
 * Bytes a second from each GPU to each other, directly where the two can reach each other (NVLink, or PCIe where the
 * system allows it) and over the host where not, as a program would have it. On 256 MiB of each GPU.
 *
 * @throws CudaError where the driver fails; what was measured before has been told
 */
export function measurePeers(cuda: Cuda, count: number, tell: OnRate): Promise<void> {
  return withScope(async (scope) => {
    const gpus = Array.from({ length: count }, (_, number) => openGpu(cuda, scope, number));
    const memory = gpus.map((gpu) => ({
      from: deviceMemory(cuda, scope, gpu, copyBytes),
      to: deviceMemory(cuda, scope, gpu, copyBytes),
    }));
    for (const gpu of gpus) for (const peer of gpus) if (gpu !== peer) enablePeer(cuda, gpu, peer);
    for (const [source, gpu] of gpus.entries()) {
      for (const [target, peer] of gpus.entries()) {
        if (source === target) continue;
        const copy = () =>
          cuda.call(
            'cuMemcpyPeerAsync',
            memory[target]!.to,
            peer.context,
            memory[source]!.from,
            gpu.context,
            copyBytes,
            gpu.stream,
          );
        const value = copyBytes / (await bestSeconds(cuda, gpu, copy, pairSeconds));
        await tell({ id: 'peer-copy', gpu: source, peer: target, value });
      }
    }
  });
}

/** Lets a GPU reach another's memory, in this process alone. Where it cannot, the copy goes over the host. */
function enablePeer(cuda: Cuda, gpu: OpenGpu, peer: OpenGpu): void {
  const able = cuda.make('cuDeviceCanAccessPeer', gpu.device, peer.device) & 0xffff_ffffn;
  if (able === 0n) return;
  cuda.call('cuCtxSetCurrent', gpu.context);
  try {
    cuda.call('cuCtxEnablePeerAccess', peer.context, 0);
  } catch {
    // Too many peers, or not over this link: the driver copies over the host.
  }
}
