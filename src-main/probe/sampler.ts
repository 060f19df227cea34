import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Conditions } from '../contract/probe.js';
import { builtFile, startProcess } from '../machine/own-process.js';
import { conditionsOf } from './conditions.js';
import { linkTo } from './sampler-link.js';
import type { MemoryPeaks } from './sampler-messages.js';

export interface Sampled {
  peaks: MemoryPeaks;
  /** Of the timed part. */
  conditions: Reading<Conditions>;
}

/** Samples one GPU until stopped. What it cannot read says why; nothing of it fails or waits for ever. */
export interface Sampler {
  /** Bytes in use now, by everyone. */
  gpuUsedNow(): Promise<Reading<number>>;
  start(pid: number): void;
  /** Whether what is timed runs now: how the GPU fares is read then alone. */
  timing(runs: boolean): void;
  stop(): Promise<Sampled>;
  close(): void;
}

/** How long an answer is waited for, in milliseconds; the driver may have to start the GPU first. */
export interface SamplerPatience {
  openMs: number;
  answerMs: number;
}

const defaultPatience: SamplerPatience = { openMs: 15_000, answerMs: 5000 };

const nothingSampled = (reason: string): Sampled => ({
  peaks: { deviceBytes: unavailable(reason), gpuUsedBytes: unavailable(reason) },
  conditions: unavailable(reason),
});

const none = (reason: string): Sampler => ({
  gpuUsedNow: async () => unavailable(reason),
  start: () => {},
  timing: () => {},
  stop: async () => nothingSampled(reason),
  close: () => {},
});

/**
 * Opens the sampler of an NVIDIA GPU by its UUID, in a process of its own; of anything else it gives readings that say
 * why there are none. Where a call of the driver hangs or crashes that process, nothing is sampled from then on: half of
 * a peak would pass for the whole of it.
 * @param root where Linux's files lie
 */
export function openSampler(gpuUuid: string | null, root = '/', patience = defaultPatience): Sampler {
  if (gpuUuid === null) return none('only NVIDIA GPUs are sampled while a probe runs');
  const file = builtFile('gpu-sampler');
  if (file === undefined) return none('the gpu-sampler is not built: run `npm run build`');
  const link = linkTo(startProcess(file, { speaks: 'messages' }));
  const opened = link.ask<'open'>({ type: 'open', gpuUuid, root }, patience.openMs).then((answer) => {
    if (!isUnavailable(answer) && answer.reason !== '') link.fail(answer.reason);
  });
  return {
    async gpuUsedNow() {
      await opened;
      const read = await link.ask<'read'>({ type: 'read' }, patience.answerMs);
      return isUnavailable(read) ? read : read.gpuUsedBytes;
    },
    start: (pid) => link.tell({ type: 'start', pid }),
    timing: (runs) => link.tell({ type: 'timing', runs }),
    async stop() {
      await opened;
      const stopped = await link.ask<'stop'>({ type: 'stop' }, patience.answerMs);
      if (isUnavailable(stopped)) return nothingSampled(stopped.unavailable);
      return { peaks: stopped.peaks, conditions: conditionsOf(stopped.states) };
    },
    close: () => link.fail('the sampler is closed'),
  };
}
