import { isUnavailable, type Reading, unavailable } from '../contract/evidence.js';
import { openNvmlSampler } from '../machine/nvml-sampler.js';

/** Peaks of a GPU's memory while a probe ran, from the driver. */
export interface MemoryPeaks {
  /** Of the probe's own process. */
  deviceBytes: Reading<number>;
  /** Of the whole GPU, whoever holds it. */
  gpuUsedBytes: Reading<number>;
}

/** Samples one GPU until stopped. */
export interface MemorySampler {
  /** Bytes in use now, by everyone. */
  gpuUsedNow(): Reading<number>;
  start(pid: number): void;
  stop(): MemoryPeaks;
  close(): void;
}

/** 250 Hz: a step of some milliseconds is not missed. */
const periodMs = 4;

const none = (reason: string): MemorySampler => ({
  gpuUsedNow: () => unavailable(reason),
  start: () => {},
  stop: () => ({ deviceBytes: unavailable(reason), gpuUsedBytes: unavailable(reason) }),
  close: () => {},
});

/** Opens the sampler of an NVIDIA GPU by its UUID; of anything else it gives readings that say why there are none. */
export function openSampler(gpuUuid: string | null): MemorySampler {
  if (gpuUuid === null) return none('only NVIDIA GPUs are sampled while a probe runs');
  const nvml = openNvmlSampler(gpuUuid);
  if (isUnavailable(nvml)) return none(nvml.unavailable);
  let timer: NodeJS.Timeout | undefined;
  let peaks: MemoryPeaks;
  const sample = (pid: number) => {
    const now = nvml.read();
    peaks.gpuUsedBytes = higher(peaks.gpuUsedBytes, now.gpuUsedBytes);
    peaks.deviceBytes = higher(peaks.deviceBytes, now.processBytes(pid));
  };
  return {
    gpuUsedNow: () => nvml.read().gpuUsedBytes,
    start(pid) {
      const before = unavailable('the probe ended before its first sample');
      peaks = { deviceBytes: before, gpuUsedBytes: before };
      timer = setInterval(() => sample(pid), periodMs);
    },
    stop() {
      clearInterval(timer);
      return peaks;
    },
    close: () => nvml.close(),
  };
}

/** The higher of two readings; one that is there beats one that is not, and the later reason the earlier. */
function higher(before: Reading<number>, now: Reading<number>): Reading<number> {
  if (isUnavailable(now)) return isUnavailable(before) ? now : before;
  return isUnavailable(before) ? now : Math.max(before, now);
}
