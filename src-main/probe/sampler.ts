import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import type { Conditions } from '../contract/probe.js';
import { openNvmlSampler } from '../machine/nvml-sampler.js';
import type { GpuState } from '../machine/nvml-state.js';
import { conditionsOf } from './conditions.js';

/** Peaks of a GPU's memory while a probe ran, from the driver. */
export interface MemoryPeaks {
  /** Of the probe's own process. */
  deviceBytes: Reading<number>;
  /** Of the whole GPU, whoever holds it. */
  gpuUsedBytes: Reading<number>;
}

export interface Sampled {
  peaks: MemoryPeaks;
  /** Of the timed part. */
  conditions: Reading<Conditions>;
}

/** Samples one GPU until stopped. */
export interface Sampler {
  /** Bytes in use now, by everyone. */
  gpuUsedNow(): Reading<number>;
  start(pid: number): void;
  /** Whether what is timed runs now: how the GPU fares is read then alone. */
  timing(runs: boolean): void;
  stop(): Sampled;
  close(): void;
}

/** 200 Hz: a step of some milliseconds is not missed. */
const periodMs = 5;
/** Of these, how many pass between two readings of what changes slowly: 10 Hz. */
const samplesPerState = 20;

const none = (reason: string): Sampler => ({
  gpuUsedNow: () => unavailable(reason),
  start: () => {},
  timing: () => {},
  stop: () => ({
    peaks: { deviceBytes: unavailable(reason), gpuUsedBytes: unavailable(reason) },
    conditions: unavailable(reason),
  }),
  close: () => {},
});

/**
 * Opens the sampler of an NVIDIA GPU by its UUID; of anything else it gives readings that say why there are none.
 * @param root where Linux's files lie
 */
export function openSampler(gpuUuid: string | null, root?: string): Sampler {
  if (gpuUuid === null) return none('only NVIDIA GPUs are sampled while a probe runs');
  const nvml = openNvmlSampler(gpuUuid, root);
  if (isUnavailable(nvml)) return none(nvml.unavailable);
  let timer: NodeJS.Timeout | undefined;
  const before = unavailable('the probe ended before its first sample');
  let peaks: MemoryPeaks = { deviceBytes: before, gpuUsedBytes: before };
  let states: GpuState[] = [];
  let timed = false;
  let untilState = 0;
  const sample = (pid: number) => {
    const now = nvml.read();
    peaks.gpuUsedBytes = higher(peaks.gpuUsedBytes, now.gpuUsedBytes);
    peaks.deviceBytes = higher(peaks.deviceBytes, now.processBytes(pid));
    if (timed && untilState-- <= 0) {
      states.push(nvml.readState());
      untilState = samplesPerState - 1;
    }
  };
  return {
    gpuUsedNow: () => nvml.read().gpuUsedBytes,
    start(pid) {
      peaks = { deviceBytes: before, gpuUsedBytes: before };
      states = [];
      timed = false;
      timer = setInterval(() => sample(pid), periodMs);
    },
    timing(runs) {
      timed = runs;
      untilState = 0;
    },
    stop() {
      clearInterval(timer);
      return { peaks, conditions: conditionsOf(states) };
    },
    close: () => nvml.close(),
  };
}

/** The higher of two readings; one that is there beats one that is not, and the later reason the earlier. */
function higher(before: Reading<number>, now: Reading<number>): Reading<number> {
  if (isUnavailable(now)) return isUnavailable(before) ? now : before;
  return isUnavailable(before) ? now : Math.max(before, now);
}
