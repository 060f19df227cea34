import { isUnavailable } from '../../contract/evidence.js';
import { type Cuda, openCuda } from '../../machine/cuda-driver.js';
import { answerParent, tellParent } from '../worker/process.js';
import { measureAllReduce } from './all-reduce.js';
import { measureCopies, type OnRate } from './copies.js';
import type { RatesMessage, RatesRequest } from './messages.js';
import { measurePeers } from './peers.js';

// Native calls into a driver may hang or end the process: this one, and not the command line.

/** Resolves once the message is on its way: the next call may never return. */
const send = (message: RatesMessage): Promise<void> => tellParent(message);

async function measure({ job, gpuCount }: RatesRequest): Promise<string> {
  const cuda = openCuda();
  if (isUnavailable(cuda)) return cuda.unavailable;
  const seen = Number(cuda.make('cuDeviceGetCount') & 0xffff_ffffn);
  // Fewer than asked for would be other GPUs than those that were chosen.
  if (seen !== gpuCount) return `CUDA sees ${seen} of the ${gpuCount} GPUs that it should`;
  await send({ type: 'opened' });
  await jobs[job](cuda, gpuCount);
  return '';
}

const tell: OnRate = (rate) => send({ type: 'rate', rate });
const jobs: Record<RatesRequest['job'], (cuda: Cuda, gpuCount: number) => Promise<void>> = {
  copies: (cuda) => measureCopies(cuda, tell),
  peers: (cuda, gpuCount) => measurePeers(cuda, gpuCount, tell),
  'all-reduce': (cuda, gpuCount) => measureAllReduce(cuda, gpuCount, tell),
};

answerParent<RatesRequest>(async (request): Promise<RatesMessage> => {
  const cause = await measure(request).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  return { type: 'done', cause };
});
